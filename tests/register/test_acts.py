"""What was done and seen, as its pages say it: which group, date, person and role, in words, and only to whom it may."""

import itertools
import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import select

from groupsched.access.identity import Role, System
from groupsched.accounts.service import end_role, give_role
from groupsched.api.service import create_token
from groupsched.audit.models import AuditRow, AuditSubject
from groupsched.audit.rules import RENAMED, AuditAction, AuditEffect, AuditObject, AuditTopic
from groupsched.audit.service import record, saw
from groupsched.catalog.models import Term
from groupsched.catalog.service import retire_row
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.i18n import force_locale
from groupsched.enrolment.rules import EnrolmentMode
from groupsched.enrolment.service import cannot_come, enrol
from groupsched.register import words
from groupsched.schedule.service import cancel_occurrence
from tests.conftest import identity_of, read_html
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")  # Wednesday, 08:00 in New York
# That this very page was looked at, which it says the next time.
OWN_LOOKS = ("saw names in what was done and seen", "vio nombres en lo hecho y visto")
ALL_ACTS = [list(AuditAction)[first : first + 20] for first in range(0, len(AuditAction), 20)]
BUILT = datetime.fromisoformat("2026-11-20T13:00:00+00:00")


@kept(at=BUILT)
def built(world):
    """Tea meets on Fridays at ten; Ada is only an administrator, Marigold a supervisor."""
    world.ada, world.sup, world.wren = world.admin(), world.supervisor(), world.front_desk()
    world.ossian, world.robin = world.facilitator(), world.client()
    world.tea = world.group("Tea & talk", led_by=world.ossian)
    world.dates = world.series(world.tea, datetime(2026, 11, 27, 10), dates=8)
    return world


@pytest.fixture
def house(built):
    with clock.at(NOW):
        yield built


def act(who, action, obj=None, subjects=(), **detail):
    """Write down an act as the room that does it would."""
    record(identity_of(who), action, obj, subjects, **detail)
    db.session.commit()


def written(who, word, *, about=(), **fields):
    """A row as an earlier version wrote it."""
    row = AuditRow(program_id=who.program_id, actor_id=who.id, word=word, **fields)
    row.subjects = [AuditSubject(person_id=person.id) for person in about]
    db.session.add(row)
    db.session.commit()


def lines(client, reader, address="/audit", language=""):
    """The acts of a page since the house was built, newest first, each as it is read, without its time."""
    browser = client.as_(reader)
    if language:
        browser.set_cookie("language", language)
    answer = browser.get(address)
    assert answer.status_code == 200
    tree = read_html(answer.text)
    items = [one for one in tree.iter("li") if "align-items-start" in one.get("class", "")]
    items = [one for one in items if _time(one) > BUILT]
    items.sort(key=_time, reverse=True)  # what the reader did stands apart
    return [read for one in items if not any(saw in (read := _read(one)) for saw in OWN_LOOKS)]


def _read(item):
    """A line without its time and where it came from."""
    for small in (*item.findall(".//time"), *item.findall(".//time/../span")):
        small.text = ""
    return " ".join("".join(item.itertext()).split())


def _time(item):
    return datetime.fromisoformat(item.find(".//time").get("datetime"))


def folded(client, reader, address):
    """What the line of the folded acts says, and the acts under it."""
    fold = read_html(client.as_(reader).get(address).text).find(".//section/details")
    if fold is None:
        return "", []
    for time in fold.findall(".//time"):
        time.text = ""
    read = [" ".join("".join(one.itertext()).split()) for one in [fold.find("summary"), *fold.iter("li")]]
    return read[0], read[1:]


def address_of(client, reader, words, page="/audit"):
    """Where the first link of these words leads."""
    found = re.search(
        rf'href="([^"]+)">(?:<svg.*?</svg>)?{re.escape(str(escape(words)))}<',
        client.as_(reader).get(page).text,
    )
    assert found, words
    return found[1].replace("&amp;", "&")


def placeholders(sentence):
    return sorted(re.findall(r"%\(\w+\)s", sentence))


# --- words ---


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_act_has_words_in_every_language(app: Flask, language):
    with app.test_request_context(), force_locale(language):
        said, own, mine = words.sentences(), words.to_oneself(), words.by_you()
        assert set(said) == set(AuditAction)
        assert set(own) == set(mine) <= set(said)
        assert set(words.topics()) == set(AuditTopic)
        assert set(words.effects()) == set(AuditEffect)


def test_no_act_is_left_in_english(app: Flask):
    with app.test_request_context():
        with force_locale("es"):
            spanish = [*words.sentences().values(), *words.to_oneself().values(), *words.by_you().values()]
        english = [*words.sentences().values(), *words.to_oneself().values(), *words.by_you().values()]
    assert not [one for one, other in zip(spanish, english, strict=True) if one == other]
    assert [placeholders(one) for one in spanish] == [placeholders(one) for one in english]


def test_every_object_that_a_sentence_names_has_a_name(app: Flask):
    with app.test_request_context():
        named = {action.object for action, said in words.sentences().items() if "%(what)s" in said}
        assert named == set(words.objects())


def test_every_act_reads_without_anything_it_could_name(house, client):
    moments = itertools.count()
    for some in ALL_ACTS:
        for action in some:
            with clock.at(NOW + timedelta(seconds=next(moments))):
                act(house.wren, action)
        with clock.at(NOW + timedelta(seconds=next(moments))):
            read = lines(client, house.sup)[: len(some)]
        for action, line in zip(reversed(some), read, strict=True):
            assert line.startswith("Wren D. ") and "%" not in line and "  " not in line
            assert action.value not in line


def test_a_word_of_an_earlier_version_reads_like_that_of_today(house, client):
    for minute, word in enumerate(RENAMED):
        with clock.at(NOW + timedelta(minutes=minute)):
            written(house.wren, word)
            act(house.wren, RENAMED[word])
            today, before, *_earlier = lines(client, house.sup)
        assert today == before, word


def test_a_word_of_a_later_version_shows_itself_and_is_no_markup(house, client):
    written(house.wren, "moon.landed_100%<b>")
    assert lines(client, house.sup) == ["Wren D. moon landed 100%<b>"]


# --- what is named ---


def test_a_line_says_which_group_and_whom(house, client):
    enrol(identity_of(house.sup), house.tea, house.robin)
    db.session.commit()
    assert lines(client, house.sup)[0] == "Marigold T. put Robin T. into Tea & talk"
    assert lines(client, house.sup, language="es")[0] == "Marigold T. inscribió a Robin T. en Tea & talk"


def test_a_line_says_which_dates(house, client):
    chosen = [date.original_local for date in house.dates[:4]]
    enrol(
        identity_of(house.robin),
        house.tea,
        house.robin,
        mode=EnrolmentMode.DATES,
        occurrences=house.dates[:4],
    )
    db.session.commit()
    assert db.session.scalars(select(AuditRow).where(AuditRow.at > BUILT)).first().detail["dates"] == chosen
    told = "Tea & talk on Fri 27 Nov 10:00, Fri 4 Dec 10:00, Fri 11 Dec 10:00 and 1 more"
    assert lines(client, house.sup) == [f"Robin T. joined {told}"]
    assert lines(client, house.robin, "/account/looks") == [f"You joined {told}"]


def test_a_line_says_the_one_date_that_somebody_cannot_come_to(house, client):
    enrol(identity_of(house.robin), house.tea, house.robin)
    cannot_come(identity_of(house.robin), house.dates[0], house.robin)
    db.session.commit()
    assert lines(client, house.sup)[0] == "Robin T. said “can’t come” to Tea & talk on Fri 27 Nov 10:00"


def test_a_cancelled_date_keeps_its_name(house, client):
    cancel_occurrence(identity_of(house.ossian), house.dates[0], "The room is flooded")
    db.session.commit()
    assert lines(client, house.sup)[0] == "Ossian S. cancelled Tea & talk on Fri 27 Nov 10:00"


def test_what_is_gone_is_said_by_its_kind(house, client):
    act(house.ossian, AuditAction.OCCURRENCE_CANCELLED, house.dates[7])
    db.session.delete(house.dates[7])
    db.session.commit()
    written(house.wren, "place.changed", object_type=AuditObject.PLACE, object_uid="gone")
    assert lines(client, house.sup) == ["Wren D. changed a place", "Ossian S. cancelled a date"]


def test_catalogue_and_tokens_go_by_their_names(house, client):
    term = db.session.scalars(select(Term).order_by(Term.id)).first()
    retire_row(identity_of(house.ada), term, retired=True)
    act(house.sup, AuditAction.SITE_CHANGED, house.site)
    create_token(identity_of(house.ada), house.program, "Website", ["read"])
    db.session.commit()
    token, label, site = lines(client, house.sup)  # all of one moment: others first
    assert token == "Ada E. made the token Website"
    assert site == "Marigold T. changed the site Lantern Street"
    assert label == f"Ada E. took out the label {term.texts['en']['name']}"


def test_a_role_is_said_with_its_site(house, client):
    grant = give_role(
        identity_of(house.ada), house.ossian, Role.FRONT_DESK, site_id=house.site.id, until=None
    )
    end_role(identity_of(house.ada), house.ossian, grant.id)
    db.session.commit()
    role = "the role Front desk at Lantern Street"
    assert lines(client, house.sup) == [f"Ada E. ended {role} of Ossian S.", f"Ada E. gave Ossian S. {role}"]


def test_a_look_at_a_list_names_five_and_counts_the_others(house, client):
    people = [house.client(name, "Doily") for name in ("Ash", "Bay", "Cy", "Dee", "Elm", "Fay", "Gil")]
    saw(identity_of(house.wren), AuditAction.PERSON_LISTED, people)
    told = "About: Ash D., Bay D., Cy D., Dee D., Elm D. and 2 more"
    assert lines(client, house.sup) == [f"Wren D. saw names in a list of people {told}"]


def test_a_name_of_another_program_is_never_read(house, client):
    quay = house.another_program()
    theirs = quay.group("Their group")
    act(house.wren, AuditAction.GROUP_CHANGED, theirs)
    assert lines(client, house.sup) == ["Wren D. changed a group"]


# --- what an administrator sees ---


def test_an_administrator_sees_clients_as_numbers_only(house, client):
    enrol(identity_of(house.wren), house.tea, house.robin)
    act(house.robin, AuditAction.SIGN_IN_BEGUN)
    saw(identity_of(house.wren), AuditAction.PERSON_LISTED, [house.robin, house.client("Ash", "Doily")])
    page = client.as_(house.ada).get("/audit").text
    assert "Clients show as numbers." in page
    for secret in ("Robin", "Ash", house.robin.uid):
        assert secret not in page
    assert house.robin.record_number not in page, "a number that stays would join one view to the next"
    said = lines(client, house.ada)[1:]
    number = re.match(r"client \d", said[0])[0]
    assert said == [f"{number} signed in", f"Wren D. put {number} into Tea & talk"]


def test_who_is_staff_and_a_client_never_shows_both_names(house, client):
    both = house.person("Juniper", "Placebo", Role.CLIENT, Role.FACILITATOR)
    act(both, AuditAction.ENROLMENT_JOINED, None, [both])
    act(both, AuditAction.GROUP_CREATED, house.tea)
    act(house.sup, AuditAction.ROLE_GIVEN, both, [both], role=Role.FACILITATOR)
    number = "client 1"
    assert lines(client, house.ada) == [
        f"Marigold T. gave {number} a role",
        "Juniper P. added the group Tea & talk",
        f"{number} joined a group",
    ]
    # Neither side finds the other: not by the number, not by the name, not by an address made by hand.
    by_number = address_of(client, house.ada, number)
    assert lines(client, house.ada, by_number) == [f"Marigold T. gave {number} a role", f"{number} joined a group"]  # fmt: skip
    by_name = address_of(client, house.ada, "Juniper P.")
    assert lines(client, house.ada, by_name) == ["Juniper P. added the group Tea & talk"]
    act_of_staff = db.session.scalar(
        select(AuditRow.id).where(AuditRow.word == "group.created", AuditRow.actor_id == both.id)
    )
    for key in (f"{act_of_staff}.0", both.uid, f"{act_of_staff}.1"):
        assert client.as_(house.ada).get(f"/audit?client={key}").status_code == 404


def test_no_address_holds_the_name_or_number_of_a_client(house, client):
    enrol(identity_of(house.wren), house.tea, house.robin)
    saw(identity_of(house.wren), AuditAction.PERSON_LISTED, [house.robin, house.client("Ash", "Doily")])
    for reader in (house.ada, house.sup):
        page = client.as_(reader).get("/audit").text
        addresses = " ".join(re.findall(r'href="([^"]+)"', page))
        assert "client=" in addresses
        for secret in ("Robin", "Teacup", "Ash", house.robin.record_number):
            assert secret not in addresses


# --- what is asked for ---


def first_act():
    return db.session.scalar(select(AuditRow.id).where(AuditRow.at > BUILT).order_by(AuditRow.id))


@kept
def told(house):
    """Three acts on three days, oldest first: a look at Robin, Robin in Tea, a sheet of Tea that Ossian finished."""
    with clock.at(datetime.fromisoformat("2026-11-23T15:00:00+00:00")):
        saw(identity_of(house.wren), AuditAction.PERSON_OPENED, [house.robin], house.robin)
    with clock.at(datetime.fromisoformat("2026-11-25T04:30:00+00:00")):  # the evening of the 24th there
        enrol(identity_of(house.sup), house.tea, house.robin)
        db.session.commit()
    act(house.ossian, AuditAction.SHEET_FINISHED, house.dates[0])
    house.look = "Wren D. opened the page of Robin T. with name and contact"
    house.put = "Marigold T. put Robin T. into Tea & talk"
    house.sheet = "Ossian S. finished the attendance sheet of Tea & talk on Fri 27 Nov 10:00"
    return house


def test_nothing_asked_shows_everything(told, client):
    assert lines(client, told.sup) == [told.sheet, told.put, told.look]
    assert lines(client, told.sup, "/audit?staff=&group=&kind=&did=&day=") == [
        told.sheet,
        told.put,
        told.look,
    ]


def test_one_asks_by_a_name_in_a_line(told, client):
    assert lines(client, told.sup, address_of(client, told.sup, "Robin T.")) == [told.put, told.look]
    assert lines(client, told.sup, address_of(client, told.sup, "Tea & talk")) == [told.sheet, told.put]
    assert lines(client, told.sup, address_of(client, told.sup, "Ossian S.")) == [told.sheet]


def test_one_asks_from_the_page_of_a_person(told, client):
    page = f"/people/{told.robin.uid}"
    by_record = address_of(client, told.sup, "What was done with this record", page)
    assert told.put in lines(client, told.sup, by_record)
    by_staff = address_of(client, told.ada, "What this person did", f"/people/{told.ossian.uid}")
    assert lines(client, told.sup, by_staff) == [told.sheet]
    assert "What was done with" not in client.as_(told.wren).get(page).text


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("kind=joining", ["put"]),
        ("kind=people", ["look"]),
        ("did=look", ["look"]),
        ("did=change", ["sheet", "put"]),
        ("day=2026-11-24", ["put"]),
        ("day=2026-11-23", ["look"]),
        ("did=change&day=2026-11-25", ["sheet"]),
        ("kind=moon&day=x", ["sheet", "put", "look"]),
    ],
)
def test_one_asks_by_kind_effect_and_day(told, client, asked, shown):
    assert lines(client, told.sup, f"/audit?{asked}") == [getattr(told, name) for name in shown]


def test_the_form_and_the_chips_say_what_is_asked(told, client):
    page = (
        client.as_(told.sup)
        .get(f"/audit?group={told.tea.uid}&did=look&day=2026-11-24&client={told.robin.uid}")
        .text
    )
    for value in (told.tea.uid, "look"):
        assert f'<option value="{value}" selected>' in page
    assert 'value="2026-11-24"' in page and f'name="client" value="{told.robin.uid}"' in page
    chips = [
        " ".join(words.split())
        for words in re.findall(r"Take away:</?span>|Take away: </span>([^<]+)<", page)
    ]
    assert chips == ["About Robin T.", "Tea &amp; talk", "Looks", "Tuesday 24 November"]
    assert "Nothing of this was done or seen." in page


def test_a_chip_takes_away_its_own_choice_alone(told, client):
    page = client.as_(told.sup).get("/audit?kind=joining&did=change").text
    assert 'class="chip" href="/audit?did=change"' in page
    assert 'class="chip" href="/audit?kind=joining"' in page


def test_words_of_earlier_versions_are_asked_for_with_those_of_today(told, client):
    written(told.wren, "people.list", about=[told.robin])
    assert lines(client, told.sup, "/audit?kind=people&did=look")[0].startswith("Wren D. saw names in a list")


def test_whoever_is_not_there_cannot_be_asked_for(house, client):
    for key in ("x", "1.1", "0.0", "999999.1", "é", "a b", "%00", "1.99"):
        for name in ("client", "staff", "group"):
            for reader in (house.ada, house.sup):
                assert client.as_(reader).get(f"/audit?{name}={key}").status_code == 404, (name, key)


def test_nobody_of_another_program_can_be_asked_for(house, client):
    quay = house.another_program()
    theirs = quay.client("Zoë", "Elsewhere")
    act(quay.front_desk(), AuditAction.PERSON_CHANGED, theirs, [theirs])
    row = db.session.scalar(select(AuditRow.id))
    for asked in (f"client={theirs.uid}", f"client={row}.1", f"group={quay.group().uid}"):
        assert client.as_(house.sup).get(f"/audit?{asked}").status_code == 404, asked


def test_going_on_keeps_what_is_asked(house, client):
    for _number in range(52):
        act(house.wren, AuditAction.SITE_CHANGED, house.site)
    act(house.wren, AuditAction.SIGN_IN_BEGUN)
    page = client.as_(house.sup).get("/audit?kind=catalogue").text
    earlier = re.search(r'href="([^"]+)" rel="next"', page)[1].replace("&amp;", "&")
    assert "kind=catalogue" in earlier
    assert len(lines(client, house.sup, earlier)) == 2


def test_where_nothing_was_done_yet_the_page_says_so(house, client):
    assert "Nothing yet." in client.as_(house.sup).get("/audit?before=1").text


# --- how much it costs ---


@pytest.fixture(params=[1, 50])
def many(request, house):
    """One act, or a page of acts that name people, groups, dates, roles and labels."""
    people = [house.robin, *(house.client(f"Ash{number}", "Doily") for number in range(request.param // 4))]
    enrol(identity_of(house.wren), house.tea, house.robin)
    db.session.commit()
    for person in people[1:]:
        enrol(identity_of(house.sup), house.series(house.group(f"With {person}"), datetime(2026, 11, 27, 10))[0].group, person)  # fmt: skip
        act(house.ossian, AuditAction.SHEET_READ, house.dates[0], people)
        act(house.sup, AuditAction.TERM_CHANGED, db.session.scalars(select(Term)).first())
        act(house.ada, AuditAction.ROLE_GIVEN, person, [person], role=Role.CLIENT, site=house.site.uid)
    return house


def test_a_page_of_any_length_takes_few_statements(many, client, statements):
    questions = ("", "?kind=joining&did=change&day=2026-11-25", "?group={}&staff={}&client={}")
    for reader, asked in itertools.product((many.sup, many.ada), questions):
        key = many.robin.uid if reader is many.sup else f"{first_act()}.1"
        address = "/audit" + asked.format(many.tea.uid, many.wren.uid, key)
        db.session.expunge_all()
        before = len(statements())
        answer = client.as_(reader).get(address)
        assert answer.status_code == 200 and "Tea &amp; talk</a>" in answer.text
        assert len(statements()) - before <= 12


# --- one's own record ---


def test_ones_own_page_says_who_what_and_of_which_group(told, client):
    assert lines(client, told.robin, "/account/looks") == [told.put, told.look]
    assert "/audit" not in client.as_(told.robin).get("/account/looks").text


def test_a_hidden_group_is_named_to_whoever_is_in_it_only(house, client):
    house.tea.hidden = True
    db.session.commit()
    enrol(identity_of(house.sup), house.tea, house.robin)
    ash = house.client("Ash", "Doily")
    act(house.wren, AuditAction.ROSTER_OPENED, house.tea, [house.robin, ash])
    assert lines(client, house.robin, "/account/looks")[0] == "Wren D. saw the people of Tea & talk"
    assert lines(client, ash, "/account/looks") == ["Wren D. saw the people of a group"]


def test_acts_of_the_program_itself_say_so(house, client):
    record(System(program_id=house.program.id), AuditAction.ENROLMENT_LEFT, None, [house.robin])
    db.session.commit()
    assert lines(client, house.sup) == ["The program itself took Robin T. out of a group"]
    assert lines(client, house.robin, "/account/looks") == ["The program itself took Robin T. out of a group"]


def test_one_reads_it_in_ones_language(told, client):
    assert lines(client, told.robin, "/account/looks", language="es")[1] == "Wren D. abrió la página de Robin T. con nombre y contacto"  # fmt: skip


def test_what_others_did_comes_first_and_ones_own_acts_are_folded(told, client):
    """Both on one's own record and on the page of the program; who asks for their own acts sees them at once."""
    evening = told.group("Evening tea")
    told.series(evening, datetime(2026, 11, 28, 18))
    enrol(identity_of(told.robin), evening, told.robin)
    db.session.commit()
    assert folded(client, told.robin, "/account/looks") == ("1 time by yourself", ["You joined Evening tea"])
    act(told.sup, AuditAction.ROSTER_OPENED, told.tea)
    words, own = folded(client, told.sup, "/audit")
    assert (words, own[0]) == ("2 times by yourself", "Marigold T. saw the people of Tea & talk")
    assert folded(client, told.sup, f"/audit?staff={told.sup.uid}") == ("", [])
    assert "Marigold T. saw the people" in lines(client, told.sup, f"/audit?staff={told.sup.uid}")[0]


def test_a_page_of_nothing_but_ones_own_acts_says_so(house, client):
    act(house.sup, AuditAction.ROSTER_OPENED, house.tea)
    page = client.as_(house.sup).get(f"/audit?group={house.tea.uid}&kind=joining").text
    assert "Nobody but you, as far as this page goes." in page


# --- who reads it at all ---


def test_nobody_sees_who_looked_at_somebody_else(told, client):
    browser = client.as_(told.client("Jo", "Matchbox"))
    assert "Wren" not in browser.get("/account/looks").text
    assert "No one has opened your record yet." in browser.get("/account/looks?before=1").text


def test_whoever_is_not_signed_in_is_sent_to_the_door(house, client):
    assert client.get("/account/looks").status_code == 303
    assert client.get("/audit").status_code == 303


@pytest.mark.parametrize("role", [Role.CLIENT, Role.FACILITATOR, Role.FRONT_DESK])
def test_nobody_else_reads_the_audit(house, client, role):
    assert client.as_(house.person("Jo", "Matchbox", role)).get("/audit").status_code == 404


@pytest.mark.parametrize("before", ["x", "-1", "99999999999999999999", "0"])
def test_a_page_that_does_not_exist_is_empty_or_the_first(house, client, before):
    assert client.as_(house.robin).get(f"/account/looks?before={before}").status_code == 200
    assert client.as_(house.ada).get(f"/audit?before={before}").status_code == 200
