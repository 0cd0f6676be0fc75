"""Enrolling several people: whom one may choose, what is kept from act to act, and what became of each."""

import re
from datetime import datetime

import pytest
from sqlalchemy import select

from groupsched.access.identity import Role
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from tests.conftest import read_html
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def closed(world):
    """A closed group of two seats with its lead, and three clients."""
    world.lead, world.boss, world.desk = world.facilitator(), world.supervisor(), world.front_desk()
    world.cohort = world.group("Skills course", access="closed", capacity=2, led_by=world.lead)
    world.dates = world.series(world.cohort, datetime(2026, 11, 26, 10), dates=3)
    world.people = [
        world.client(*name) for name in (("Robin", "Teacup"), ("Rowan", "Teaspoon"), ("Hazel", "Lampshade"))
    ]
    return world


@pytest.fixture
def post(closed, client):
    """What the form answers to somebody, a supervisor unless told otherwise: who is chosen, who stands below, the page."""

    def posted(by=None, **data):
        answer = client.as_(by or closed.boss).post(at(closed), data=data)
        return Form(answer)

    return posted


class Form:
    """The page as the next press of a button would send it."""

    def __init__(self, answer):
        self.status, self.text = answer.status_code, answer.text
        page = read_html(answer.text)
        boxes = [one for one in page.iter("input") if one.get("name") == "people"]
        self.chosen = [one.get("value") for one in boxes if one.get("checked") is not None]
        self.others = [one.get("value") for one in boxes if one.get("checked") is None]
        self.names = "".join((one.text or "") for one in page.iter("textarea") if one.get("name") == "names")
        self.letters = [one.get("value") for one in page.iter("input") if one.get("name") == "letters"]
        self.results = re.findall(
            r'strong">([^<]+)</span>[^<]*<span[^>]*>[^<]*</span><br><span class="small">([^<]+)<', self.text
        )

    def said(self):
        return [(name, " ".join(words.split())) for name, words in self.results]


def at(world):
    return f"/groups/{world.cohort.uid}/enrol"


def uids(*people):
    return [one.uid for one in people]


def states():
    db.session.expire_all()
    rows = db.session.scalars(select(Enrolment).order_by(Enrolment.id))
    return [(row.person.first_name, row.state) for row in rows]


# --- who may, and whom they find -------------------------------------------------------------------------------------


def test_those_of_the_table_open_the_form_and_nobody_else(closed, client):
    other = closed.facilitator("Juniper", "Placeholder")
    for person in (closed.lead, closed.desk, closed.boss):
        assert client.as_(person).get(at(closed)).status_code == 200
    stranger = closed.another_program().supervisor()
    for person in (other, closed.admin(), closed.people[0], stranger):
        assert client.as_(person).get(at(closed)).status_code == 404
        assert client.as_(person).post(at(closed), data={"act": "enrol"}).status_code == 404
    closed.cohort = closed.listing()
    assert client.as_(closed.boss).get(at(closed)).status_code == 409


def test_desk_and_supervisor_see_all_whom_they_may_enrol_at_once(closed, client):
    away = closed.client("Roan", "Elsewhere", site=closed.another_site())
    closed.enrol(closed.cohort, closed.people[2])
    for person, whom in ((closed.boss, {*closed.people[:2], away}), (closed.desk, set(closed.people[:2]))):
        assert set(Form(client.as_(person).get(at(closed))).others) == set(uids(*whom))


def test_a_leader_sees_those_of_their_groups_and_letters_find_nobody_else(closed, client, post):
    tea = closed.group("Tea", led_by=closed.lead)
    closed.series(tea, datetime(2026, 12, 1, 9))
    closed.enrol(tea, closed.people[0])
    page = client.as_(closed.lead).get(at(closed))
    assert Form(page).others == uids(closed.people[0])
    assert 'name="letters"' not in page.text
    for letters in ("r", "ro", "rowan", "haz"):
        assert post(closed.lead, letters=letters).others == uids(closed.people[0])
    assert post(letters="ro").others == uids(*closed.people[:2])


def test_every_page_of_the_list_writes_down_who_was_shown(closed, client):
    client.as_(closed.boss).get(at(closed))
    row = db.session.scalars(select(AuditRow).where(AuditRow.word == AuditAction.ROSTER_OPENED)).one()
    assert {one.person_id for one in row.subjects} == {one.id for one in closed.people}


def test_who_is_no_client_or_of_another_program_is_never_chosen(closed, post):
    stranger = closed.another_program().client()
    both = closed.person("Pat", "Both", Role.FACILITATOR)
    for uid in (stranger.uid, both.uid, closed.lead.uid, "nothing", "é"):
        page = post(people=[uid], act="enrol")
        assert (page.status, page.chosen) == (422, [])
    page = post(people=[stranger.uid, closed.people[0].uid], act="enrol")
    assert page.said() == [("Robin Teacup", "is in")]
    assert stranger.name not in page.text or stranger.name == "Robin Teacup"
    assert states() == [("Robin", "active")]


# --- what is chosen is kept --------------------------------------------------------------------------------------------


def test_ticks_survive_every_act(closed, post):
    robin, rowan, hazel = closed.people
    other = closed.group("Tea", led_by=closed.lead)
    closed.series(other, datetime(2026, 12, 1, 9))
    closed.enrol(other, rowan)
    page = post(letters="hazel", people=uids(robin))
    assert (page.chosen, page.others, page.letters) == (uids(robin), uids(hazel), ["hazel"])
    page = post(letters="", people=uids(robin), act="group", group=other.uid)
    assert page.chosen == uids(robin, rowan)
    page = post(people=page.chosen, names="Hazel Lampshade\nNobody Known", act="names")
    assert (page.chosen, page.names) == (uids(hazel, robin, rowan), "Nobody Known")
    page = post(
        people=page.chosen[:2],
        page="2",
        names="Nobody Known",
        when=closed.dates[1].original_local,
        accept_clash="y",
    )
    assert (page.chosen, page.names) == (uids(hazel, robin), "Nobody Known")
    assert f'value="{closed.dates[1].original_local}" selected' in page.text
    assert re.search(r'name="accept_clash"[^>]*checked', page.text)
    assert states() == [("Rowan", "active")]


def test_a_long_list_is_turned_page_by_page_and_loses_nobody(closed, client, post):
    many = [closed.client(f"Seat{number:03}", "Warmer") for number in range(90)]
    first = Form(client.as_(closed.boss).get(at(closed)))
    second = post(closed.boss, page="2", people=first.others[:5])
    third = post(closed.boss, page="3", people=[*second.chosen, *second.others[:5]])
    seen = [*first.others, *second.others, *third.others]
    assert sorted(seen) == sorted(uids(*many, *closed.people))
    assert set(third.chosen) == {*first.others[:5], *second.others[:5]}
    back = post(closed.boss, page="1", people=third.chosen)
    assert back.others == first.others[5:]


def test_no_name_or_number_stands_in_an_address(closed, client):
    page = client.as_(closed.boss).get(at(closed))
    read = read_html(page.text)
    forms = [one for one in read.iter("form") if any(i.get("name") == "people" for i in one.iter("input"))]
    assert [one.get("method") for one in forms] == ["post"]
    assert not [one for one in read.iter("a") if "q=" in (one.get("href") or "")]
    assert 'name="q"' not in client.as_(closed.boss).get(f"/groups/{closed.cohort.uid}/people").text


# --- everyone of a group ---------------------------------------------------------------------------------------------


def test_everyone_of_a_group_is_chosen_as_far_as_they_may_be_enrolled(closed, client, post):
    tea = closed.group("Tea")
    closed.series(tea, datetime(2026, 12, 1, 9))
    away = closed.client("Roan", "Elsewhere", site=closed.another_site())
    closed.enrol(tea, *closed.people, away)
    page = post(closed.desk, act="group", group=tea.uid)
    assert page.chosen == uids(closed.people[2], *closed.people[:2])
    assert "3 more people are ticked, and not enrolled yet." in page.text
    assert "1 person of that group cannot be enrolled by you." in page.text


def test_only_groups_whose_people_one_may_see_are_offered(closed, client, post):
    tea, own = closed.group("Tea"), closed.group("Own", led_by=closed.lead)
    for group in (tea, own):
        closed.series(group, datetime(2026, 12, 1, 9), dates=1)
        closed.enrol(group, closed.people[0])
    assert ">Own</option>" in client.as_(closed.lead).get(at(closed)).text
    assert ">Tea</option>" not in client.as_(closed.lead).get(at(closed)).text
    assert post(closed.lead, act="group", group=tea.uid).status == 404
    assert "Choose a group of the list." in post(act="group", group="").text


# --- a list that is pasted --------------------------------------------------------------------------------------------


def test_a_list_finds_by_name_in_either_order_and_by_number_and_says_whom_it_does_not(closed, post):
    robin, rowan, hazel = closed.people
    page = post(
        names=f"robin  teacup\r\n2. Teaspoon, Rowan\n{hazel.record_number.lower()}\nRob Teacup", act="names"
    )
    assert page.chosen == uids(hazel, robin, rowan)
    assert page.names == "Rob Teacup"
    assert "Not found:" in page.text


def test_a_name_that_two_have_is_chosen_by_the_number(closed, post):
    other = closed.client("Robin", "Teacup")
    page = post(names="Robin Teacup\nHazel Lampshade", act="enrol")
    assert "“Robin Teacup” is the name of several" in page.text
    assert page.said() == [("Hazel Lampshade", "is in")]
    assert set(uids(other, closed.people[0])) <= set(page.others)
    page = post(names=page.names, people=uids(other), act="enrol")
    assert page.said() == [("Robin Teacup", "is in")]
    assert other.record_number in page.text
    assert "is the name of several" not in page.text
    page = post(names=f"Robin Teacup {closed.people[0].record_number}", act="names")
    assert page.chosen == uids(closed.people[0])


def test_a_desk_does_not_find_by_a_list_whom_it_may_not_enrol(closed, post):
    away = closed.client("Roan", "Elsewhere", site=closed.another_site())
    page = post(closed.desk, names=f"Roan Elsewhere\n{away.record_number}", act="names")
    assert page.chosen == []
    assert page.names == f"Roan Elsewhere\n{away.record_number}"


def test_a_list_that_is_too_long_is_kept_and_nothing_is_done(closed, post):
    names = "\n".join(f"Name {number}" for number in range(101))
    page = post(names=names, people=uids(closed.people[0]), act="enrol")
    assert (page.status, page.chosen, page.names) == (422, uids(closed.people[0]), names)
    assert "Write at most 100 names at once." in page.text
    assert states() == []


# --- what became of each --------------------------------------------------------------------------------------------


def test_each_is_told_apart(closed, post):
    robin, rowan, hazel = closed.people
    _basil, late = closed.client("Basil", "Spoon"), closed.client("Zinnia", "Cup")
    closed.enrol(closed.cohort, robin)
    yoga = closed.group("Yoga")
    closed.series(yoga, datetime(2026, 11, 26, 10, 30))
    closed.enrol(yoga, rowan)
    page = post(people=uids(*closed.people, late), names="Basil Spoon\nNobody Known", act="enrol")
    assert page.status == 200
    assert page.said() == [
        ("Basil Spoon", "is in"),
        ("Hazel Lampshade", "waits as number 1"),
        ("Robin Teacup", "is in already"),
        (
            "Rowan Teaspoon",
            "Not enrolled: Some of these dates are at the same time as other dates of theirs.",
        ),
        ("Zinnia Cup", "waits as number 2"),
    ]
    assert (page.chosen, page.names) == (uids(rowan), "Nobody Known")
    page = post(people=uids(rowan, hazel), accept_clash="y", act="enrol")
    assert page.said() == [
        ("Hazel Lampshade", "waits already, as number 1"),
        ("Rowan Teaspoon", "waits as number 3"),
    ]
    assert page.chosen == []


def test_where_nobody_could_be_enrolled_nothing_is_done_and_all_stay_chosen(closed, post):
    yoga = closed.group("Yoga")
    closed.series(yoga, datetime(2026, 11, 26, 10, 30))
    closed.enrol(yoga, closed.people[0])
    page = post(people=uids(closed.people[0]), act="enrol")
    assert (page.status, page.chosen) == (409, uids(closed.people[0]))
    assert "Nobody could be enrolled." in page.text
    assert states() == [("Robin", "active")]


def test_who_was_enrolled_can_be_taken_out_again_from_there(closed, client, post):
    page = post(people=uids(closed.people[0]), act="enrol")
    row = db.session.scalars(select(Enrolment)).one()
    assert f'href="/enrolments/{row.uid}/remove"' in page.text
    assert f'href="/enrolments/{row.uid}/remove"' not in post(people=uids(closed.people[0]), act="enrol").text


def test_pressing_twice_has_one_effect(closed, post):
    post(people=uids(*closed.people), act="enrol")
    page = post(people=uids(*closed.people), act="enrol")
    assert page.said() == [
        ("Hazel Lampshade", "is in already"),
        ("Robin Teacup", "is in already"),
        ("Rowan Teaspoon", "waits already, as number 1"),
    ]
    assert len(states()) == 3


def test_somebody_can_be_brought_for_one_date(closed, post):
    post(people=uids(closed.people[0]), when=closed.dates[1].original_local, act="enrol")
    db.session.expire_all()
    assert [date.taken for date in closed.dates] == [0, 1, 0]


def test_nobody_chosen_is_said_at_the_field_and_the_letters_are_kept(closed, post):
    page = post(letters="ro", act="enrol")
    assert page.status == 422
    assert 'href="#people"' in page.text
    assert page.letters == ["ro"]
    assert page.others == uids(*closed.people[:2])


def test_a_draft_enrols_nobody(closed, client, post):
    closed.cohort = closed.group("Draft", state="draft", led_by=closed.lead)
    assert "This group is a draft. Publish it first." in client.as_(closed.lead).get(at(closed)).text
    page = post(people=uids(closed.people[0]), act="enrol")
    assert "This group is a draft. Publish it first." in page.text
    assert states() == []


def test_who_waits_already_stays_before_those_of_the_list(closed, post):
    """Also where somebody of the list goes from a single date to all of them, in the same act."""
    robin, rowan, hazel = closed.people
    closed.cohort = closed.group("Short", access="closed", capacity=1, led_by=closed.lead)
    dates = closed.series(closed.cohort, datetime(2026, 12, 2, 10), dates=3)
    closed.enrol(closed.cohort, robin, dates=dates[:1])
    closed.enrol(closed.cohort, rowan)
    page = post(people=uids(robin, hazel), act="enrol")
    assert page.said() == [("Hazel Lampshade", "waits as number 2"), ("Robin Teacup", "is in")]
    db.session.expire_all()
    assert [date.taken for date in dates] == [1, 1, 1]


@pytest.mark.parametrize("act", ["", "group", "names"])
def test_the_form_asks_the_database_few_times_however_many_are_chosen(closed, client, statements, act):
    many = [closed.client(f"Seat{number}", "Warmer") for number in range(60)]
    tea = closed.group("Tea", led_by=closed.lead, capacity=100)
    closed.series(tea, datetime(2026, 12, 1, 9))
    closed.enrol(tea, *many)
    browser, data = client.as_(closed.boss), {"people": uids(*many[:30]), "act": act, "group": tea.uid}
    data["names"] = "\n".join(one.name for one in many)
    db.session.close()
    before = len(statements())
    assert browser.post(at(closed), data=data).status_code == 200
    assert len(statements()) - before <= 15


# --- what the notes say ------------------------------------------------------------------------------------------------


def test_a_list_says_how_many_it_added_and_not_that_these_are_all(closed, post):
    robin, rowan, _hazel = closed.people
    page = post(people=uids(robin), names="Rowan Teaspoon\nHazel Lampshade", act="names")
    assert "2 more people are ticked, and not enrolled yet." in page.text
    assert "3 people are chosen" in page.text
    assert "2 people are chosen" not in page.text
    again = post(people=uids(robin, rowan), names="Rowan Teaspoon", act="names")
    assert "They are chosen already." in again.text


def test_who_is_in_already_is_named_and_not_chosen(closed, post):
    robin, rowan, _hazel = closed.people
    closed.enrol(closed.cohort, robin)
    page = post(names="Robin Teacup\nRowan Teaspoon", act="names")
    assert (page.chosen, page.names) == (uids(rowan), "")
    assert "1 more person is ticked, and not enrolled yet." in page.text
    assert "In this group already: Robin Teacup." in page.text


def test_who_has_a_single_date_can_be_chosen_for_every_date(closed, post):
    robin = closed.people[0]
    closed.enrol(closed.cohort, robin, dates=closed.dates[:1])
    assert post(names="Robin Teacup", act="names").chosen == uids(robin)


def test_a_first_name_alone_offers_whoever_has_it(closed, post):
    jo, joe = closed.client("Jo", "Lantern"), closed.client("Jo", "Kettle")
    page = post(names="Jo\nHazel\nNobody", act="names")
    assert page.chosen == []
    assert "“Jo” is the name of several. Whom do you mean?" in page.text
    assert "Do you mean this person by “Hazel”?" in page.text
    assert page.names == "Jo\nHazel\nNobody"
    chosen = post(people=uids(jo), names=page.names, act="names")
    assert chosen.chosen == uids(jo)
    assert "“Jo” is the name of several" not in chosen.text
    assert joe.uid not in chosen.chosen
