"""The pages of forms: filled in on a phone, handed over, read, and published by a program."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from groupsched.audit.models import AuditRow
from groupsched.care.rules import CareRole
from groupsched.core.db import db
from groupsched.questionnaires import queries, service
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.questionnaires.rules import (
    Audience,
    Given,
    HelpKind,
    ReadWhen,
    ResponseStatus,
    help_for,
)
from tests.conftest import identity_of
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite


@kept
def house(world):
    robin, pike, ivy = world.client(), world.facilitator("Pike", "Mockridge"), world.supervisor("Ivy")
    world.care_for(robin, pike)
    world.care_for(robin, world.facilitator("Fern", "Placeholder"), CareRole.PEER)
    rows = {row.key: row for row in queries.questionnaires(world.program.id)}
    service.publish_draft(identity_of(ivy), rows["first-talk"])
    db.session.commit()
    return {
        "robin": robin, "pike": pike, "ivy": ivy, "talk": rows["first-talk"], "check": rows["after-check-in"],
        "desk": world.front_desk(), "lead": world.facilitator("Wisp", "Leader"), "site": world.site,
    }  # fmt: skip


@pytest.fixture
def robin(house, client):
    return client.as_(house["robin"])


def begun(house, browser):
    """The address of a first talk that Robin began."""
    return browser.post(f"/my/forms/{house['talk'].uid}/begin").headers["Location"]


def response(house):
    db.session.expire_all()
    return db.session.scalars(select(QuestionnaireResponse)).one()


def send(browser, address, part, go="next", **answers):
    """What a phone sends of a screen: it names each question that stands there."""
    page = browser.get(f"{address}/{part}").text
    asked = re.findall(r'name="asked" value="(\w+)"', page)
    helped = re.search(r'name="helped" value="([^"]*)"', page)[1]
    said = {f"a-{key}": value for key, value in answers.items()}
    return browser.post(f"{address}/{part}", data={"asked": asked, "helped": helped, "go": go, **said})


def test_a_form_says_who_reads_it_and_when_before_the_first_question(house, robin):
    page = robin.get(begun(house, robin)).text
    assert "Read at your next visit, not tonight." in page
    assert "Not handed over yet. Staff do not open it until you do; a court could order it." in page
    assert "<legend>" in page, "who may read it is chosen there"
    assert "What brings you" in page


def test_each_screen_keeps_its_answers_and_leads_on_back_and_away(house, robin):
    address = begun(house, robin)
    answer = send(
        robin, address, "h1", brings="A long week", about=["alcohol", "cannabis"], **{"about-own": "mints"}
    )
    assert answer.headers["Location"] == f"{address}/h2"
    assert send(robin, address, "h2", go="back").headers["Location"] == f"{address}/h1"
    assert send(robin, address, "h2", go="stop").headers["Location"] == address
    page = robin.get(f"{address}/h1").text
    assert "A long week" in page
    assert 'value="mints"' in page
    said = response(house).answers
    assert (said["brings"], said["about"]) == (Given("A long week"), Given(("alcohol", "cannabis"), "mints"))
    assert said == response(house).answers, "going back and forth changed nothing"


def test_beginning_again_goes_on_with_what_one_began(house, robin):
    assert begun(house, robin) == begun(house, robin)


def test_an_answer_sent_by_itself_is_kept_and_the_screen_comes_back_alone(house, robin):
    address = begun(house, robin)
    answer = robin.post(
        f"{address}/h2", data={"asked": "future", "a-future": "clear"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert response(house).answers == {"future": Given("clear")}


def test_what_a_screen_does_not_ask_stays_as_it_was(house, robin):
    address = begun(house, robin)
    send(robin, address, "h1", brings="A long week")
    robin.post(f"{address}/h1", data={"go": "next"})
    assert response(house).answers == {"brings": Given("A long week")}


def test_what_is_no_answer_is_said_beside_the_question_and_the_rest_is_kept(house, robin):
    address = begun(house, robin)
    answer = send(robin, address, "h3", craving="much", helped="Walking")
    assert answer.status_code == 200, "a refusal would take back what is kept"
    assert "This is no answer to the question." in answer.text
    assert response(house).answers == {"helped": Given("Walking")}


def screen_with(house, key):
    form = house["talk"].versions[-1].form
    heading = ""
    for item in form.items:
        heading = item.key if item.type == "heading" else heading
        if item.key == key:
            return heading
    raise KeyError(key)


def numbers(world_site, emergency, crisis):
    world_site.emergency_number, world_site.crisis_number = emergency, crisis
    db.session.commit()


def test_an_urgent_answer_shows_whom_to_call_on_the_same_screen_before_anything_else(house, robin):
    numbers(house["site"], "911", "988")
    address, part = begun(house, robin), screen_with(house, "safety")
    answer = send(robin, address, part, safety="often_or_now")
    assert answer.headers["Location"] == f"{address}/{part}#help", "the same screen comes again"
    page = robin.get(f"{address}/{part}").text
    assert (
        page.index('id="a-safety-often_or_now"')
        < page.index("You can have help right now")
        < page.index('value="next"')
    )
    assert page.index('href="tel:988"') < page.index('href="tel:911"')
    assert "nobody watches this form while you write" in page
    assert page.index('href="tel:988"') < page.index('action="/my/call"'), "numbers stand first"
    assert send(robin, address, part, safety="often_or_now").headers["Location"] != f"{address}/{part}", (
        "then on"
    )
    alone = robin.post(
        f"{address}/{part}",
        data={"asked": "safety", "a-safety": "often_or_now"},
        headers={"HX-Request": "true"},
    )
    assert 'href="tel:988"' in alone.text


def test_an_answer_that_is_not_urgent_shows_none(house, robin):
    address, part = begun(house, robin), screen_with(house, "safety")
    assert "You can have help right now" not in robin.get(f"{address}/{part}").text


def test_without_numbers_the_help_says_what_is_true_everywhere(house, robin):
    numbers(house["site"], "", "[your crisis line]")
    address, part = begun(house, robin), screen_with(house, "safety")
    send(robin, address, part, safety="often_or_now")
    page = robin.get(f"{address}/{part}").text
    assert "In danger, call the emergency number of your country." in page
    assert "your crisis line" not in page.split('id="help"')[1].split("</section>")[0]


def test_it_is_handed_over_to_whom_the_person_chose_and_each_look_is_written_down(house, robin, client):
    address = begun(house, robin)
    send(robin, address, "h1", brings="A long week")
    pike = client.as_(house["pike"])
    assert pike.get(address).status_code == 404
    assert (
        "First talk" not in pike.get(f"/people/{house['robin'].uid}/forms").text.split("Fill in together")[0]
    )
    robin.post(f"{address}/hand-over", data={"audience": "my_counselor"})
    assert response(house).status is ResponseStatus.IN_PROGRESS, "a reader that the form does not have"
    robin.post(f"{address}/hand-over", data={"audience": "care_team"})
    assert "First talk" in pike.get(f"/people/{house['robin'].uid}/forms").text.split("Fill in together")[0]
    page = pike.get(address).text
    assert "A long week" in page
    assert "Robin can see it" in page
    looks = db.session.scalars(select(AuditRow).where(AuditRow.word == "response.read")).all()
    assert [look.actor_id for look in looks] == [house["pike"].id]
    seen = re.sub(r"<[^>]+>", "", robin.get("/account/looks").text)
    assert "Pike M. read a form of Robin T." in seen
    for who in ("lead", "ivy", "desk"):
        assert client.as_(house[who]).get(address).status_code == 404
        assert client.as_(house[who]).get(f"/people/{house['robin'].uid}/forms").status_code == 404


def test_one_reads_what_one_handed_over_and_takes_the_sharing_back(house, robin, client):
    address = begun(house, robin)
    robin.post(f"{address}/hand-over", data={"audience": "care_team"})
    assert "Fern P., Pike M." in robin.get(address).text
    robin.post(f"{address}/share", data={"audience": "only_me"})
    assert client.as_(house["pike"]).get(address).status_code == 404
    assert response(house).audience is Audience.ONLY_ME


def test_an_amendment_shows_what_changed_first_and_leads_to_the_one_before(house, robin, client):
    address = begun(house, robin)
    send(robin, address, "h1", brings="A long week")
    robin.post(f"{address}/hand-over", data={"audience": "care_team"})
    newer = robin.post(f"{address}/amend").headers["Location"]
    assert newer != address
    send(robin, newer, "h1", brings="A longer week")
    robin.post(f"{newer}/hand-over", data={"audience": "care_team"})
    page = client.as_(house["pike"]).get(newer).text
    assert re.search(r"<del>.*?A long week</del>\s*<ins>A longer week</ins>", page, re.S)
    assert f'href="{address}"' in page
    old = client.as_(house["pike"]).get(address).text
    assert "This was amended on" in old
    assert "Amend it" not in old


def test_a_colleague_of_the_team_fills_one_in_with_a_person(house, client):
    pike = client.as_(house["pike"])
    address = pike.post(f"/people/{house['robin'].uid}/forms/{house['talk'].uid}/begin").headers["Location"]
    send(pike, address, "h1", brings="Said together")
    assert client.as_(house["robin"]).get(address).status_code == 404
    pike.post(f"{address}/hand-over", data={"audience": "care_team"})
    assert "Said together" in client.as_(house["robin"]).get(address).text
    beginning = f"/people/{house['robin'].uid}/forms/{house['talk'].uid}/begin"
    assert client.as_(house["lead"]).post(beginning).status_code == 404


def test_a_program_sees_its_forms_and_what_publishing_does(house, robin, client):
    ivy = client.as_(house["ivy"])
    address = f"/questionnaires/{house['check'].uid}"
    assert "Version 1 is asked" in ivy.get("/questionnaires").text
    page = ivy.get(address).text
    assert "Everybody of the program can fill it in from then on." in page
    assert "some answers show help at once" in page
    ivy.post(f"{address}/publish")
    title = house["check"].versions[-1].form.title["en"]
    assert title in robin.get("/my/forms").text
    ivy.post(f"{address}/retire")
    assert title not in robin.get("/my/forms").text
    ivy.post(f"{address}/draft")
    assert "Publish version 2" in ivy.get(address).text
    ivy.post(f"{address}/publish")
    assert title in robin.get("/my/forms").text
    for who in ("robin", "pike", "desk"):
        assert client.as_(house[who]).get(address).status_code in (403, 404)


def test_the_reflection_is_not_among_the_forms_to_begin(house, robin):
    assert "How was it?" not in robin.get("/my/forms").text


def test_the_words_are_those_of_the_person(house, client):
    browser = client.as_(house["robin"])
    browser.set_cookie("language", "es")
    page = browser.get("/my/forms").text
    assert "Primera charla" in page


def test_a_draft_is_written_one_question_at_a_time(house, client):
    ivy, uid = client.as_(house["ivy"]), house["talk"].uid
    page = ivy.get(f"/questionnaires/{uid}").text
    assert f"/questionnaires/{uid}/edit/h1" in page
    where = f"/questionnaires/{uid}/edit/h1"

    def version():
        db.session.expire_all()
        return house["talk"].version

    def drafted():
        db.session.expire_all()
        return house["talk"].drafted

    added = ivy.post(where, data={"act": "add", "version": version()}).headers["Location"]
    key = added.rpartition("open=")[2]
    assert "(no words yet)" in ivy.get(added).text
    assert "One question has no words in English" in ivy.get(added).text
    said = {
        "text-en": "What else?",
        "text-es": "¿Qué más?",
        "type": "choice",
        "lines": "This | Esto\nThat | Eso",
    }
    ivy.post(where, data={"act": "save", "item": key, "version": version(), **said})
    item = drafted().item(key)
    assert (item.text, item.keys) == ({"en": "What else?", "es": "¿Qué más?"}, ("a1", "a2"))
    assert "That | Eso" in ivy.get(f"{where}?open={key}").text
    ivy.post(where, data={"act": "up", "item": key, "version": version()})
    order = [one.key for one in drafted().items]
    assert order.index(key) == order.index("been_here") - 1
    seen = version()
    ivy.post(where, data={"act": "take-out", "item": key, "version": seen})
    assert drafted().item(key) is None
    assert ivy.post(where, data={"act": "take-out", "item": "brings", "version": seen}).status_code == 409
    words = {"title-en": "A first talk", "intro-en": "Read by your care team.", "version": version()}
    ivy.post(f"/questionnaires/{uid}/words", data=words)
    assert (drafted().title, drafted().intro) == ({"en": "A first talk"}, {"en": "Read by your care team."})
    assert client.as_(house["pike"]).get(where).status_code in (403, 404)


@pytest.mark.parametrize(
    "sent", [{"act": "save", "item": "brings", "type": "poem"}, {"act": "save", "item": "brings"}]
)
def test_a_kind_of_answer_that_there_is_not_is_refused(house, client, sent):
    where = f"/questionnaires/{house['talk'].uid}/edit/h1"
    assert client.as_(house["ivy"]).post(where, data=sent).status_code == 422
    assert client.as_(house["ivy"]).post(where, data={"act": "up", "item": "nothing"}).status_code == 404


def saved(house):
    db.session.expire_all()
    return house["talk"]


def test_answers_are_marked_as_urgent_on_the_page_of_their_question(house, client):
    ivy, uid = client.as_(house["ivy"]), house["talk"].uid
    part = screen_with(house, "craving")
    where = f"/questionnaires/{uid}/edit/{part}"
    assert "Help at once" in ivy.get(f"{where}?open=craving").text
    said = {"act": "save", "item": "craving", "text-en": "How strong?", "type": "scale"}
    marks = {"urgent_is": "at_least", "urgent_number": "7", "urgent_help": "craving"}
    ivy.post(where, data={**said, **marks, "version": saved(house).version})
    assert help_for(saved(house).drafted.item("craving"), Given(7)) is HelpKind.CRAVING
    assert help_for(saved(house).drafted.item("craving"), Given(6)) is None
    page = ivy.get(f"{where}?open=craving").text
    assert 'value="7"' in page
    refused = ivy.post(where, data={**said, "urgent_number": "high", "version": saved(house).version})
    assert refused.status_code == 422, "a mark that cannot be read is never dropped in silence"


def test_the_choices_of_a_question_are_marked_one_by_one_and_safety_keeps_one(house, client):
    ivy, uid = client.as_(house["ivy"]), house["talk"].uid
    where = f"/questionnaires/{uid}/edit/{screen_with(house, 'safety')}"
    page = ivy.get(f"{where}?open=safety").text
    assert "it has to mark at least one answer" in page
    assert page.count('name="urgent"') == len(house["talk"].versions[-1].form.item("safety").options)
    lines = re.search(r'<textarea[^>]*id="lines"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)[1]
    said = {"act": "save", "item": "safety", "text-en": "Are you safe?", "type": "choice", "lines": lines}
    ivy.post(
        where,
        data={**said, "urgent": ["tell_a_person"], "urgent_help": "harm", "version": saved(house).version},
    )
    item = saved(house).drafted.item("safety")
    assert help_for(item, Given("tell_a_person")) is HelpKind.HARM
    assert help_for(item, Given("now_and_then")) is None
    ivy.post(where, data={**said, "version": saved(house).version})
    assert "asks about safety: it has to say which answers show help" in ivy.get(where).text
    ivy.post(f"/questionnaires/{uid}/publish")
    assert len(saved(house).versions) == 1


def test_a_question_whose_kind_changes_stays_open_for_what_it_asks_then(house, client):
    ivy, uid = client.as_(house["ivy"]), house["talk"].uid
    data = {
        "act": "save",
        "item": "brings",
        "text-en": "What?",
        "type": "scale",
        "version": house["talk"].version,
    }
    answer = ivy.post(f"/questionnaires/{uid}/edit/h1", data=data)
    assert answer.headers["Location"].endswith("open=brings")
    data = {**data, "version": saved(house).version}
    assert "open=" not in ivy.post(f"/questionnaires/{uid}/edit/h1", data=data).headers["Location"]


def test_who_reads_it_and_when_is_written_in_the_editor_and_said_to_the_person(house, client):
    ivy, uid = client.as_(house["ivy"]), house["talk"].uid
    page = ivy.get(f"/questionnaires/{uid}/edit/h1").text
    assert "Read within one working day." in page
    assert 'value="totals"' not in page
    said = {"readers": ["my_counselor"], "shared_with": "my_counselor", "read_when": "one_working_day"}
    ivy.post(f"/questionnaires/{uid}/readers", data={**said, "version": saved(house).version})
    form = saved(house).drafted
    assert form.readers == (Audience.ONLY_ME, Audience.MY_COUNSELOR)
    assert (form.shared_with, form.read_when) == (Audience.MY_COUNSELOR, ReadWhen.ONE_WORKING_DAY)
    stale = ivy.post(f"/questionnaires/{uid}/readers", data={**said, "version": 0})
    assert stale.status_code == 409, "who wrote meanwhile is not overwritten"
    assert ivy.post(f"/questionnaires/{uid}/readers", data={"shared_with": "world"}).status_code == 422
    never = {**said, "read_when": "not_read", "version": saved(house).version}
    ivy.post(f"/questionnaires/{uid}/readers", data=never)
    assert "Say who reads it and when" in ivy.get(f"/questionnaires/{uid}").text
    ivy.post(f"/questionnaires/{uid}/readers", data={**said, "version": saved(house).version})
    ivy.post(f"/questionnaires/{uid}/publish")
    assert (
        "Read within one working day."
        in client.as_(house["robin"]).get(begun(house, client.as_(house["robin"]))).text
    )
    pike = client.as_(house["pike"])
    assert pike.post(f"/questionnaires/{uid}/readers", data=said).status_code in (403, 404)


def tried(browser, uid, page, go="next", **answers):
    """What a screen of a look sends: what stands in it, what was said elsewhere, and these answers."""
    part = re.search(rf'hx-post="/questionnaires/{uid}/preview/(\w+)"', page)[1]
    asked = re.findall(r'name="asked" value="(\w+)"', page)
    carried = re.findall(r'type="hidden" name="(a-\w+)" value="([^"]*)"', page)
    helped = re.search(r'name="helped" value="([^"]*)"', page)[1]
    said = (
        [("asked", key) for key in asked] + carried + [(f"a-{key}", value) for key, value in answers.items()]
    )
    return browser.post(
        f"/questionnaires/{uid}/preview/{part}", data=MultiDict([*said, ("go", go), ("helped", helped)])
    )


def test_a_look_goes_through_the_screens_as_the_person_would_and_keeps_nothing(house, client):
    ivy, uid = client.as_(house["ivy"]), house["talk"].uid
    page = ivy.get(f"/questionnaires/{uid}/preview/h1").text
    assert "A look: nothing is kept" in page
    assert "What brings you" in page
    after = tried(ivy, uid, page, brings="A long week").text
    assert 'name="a-brings" value="A long week"' in after, "the next screen takes along what was said"
    back = tried(ivy, uid, after, go="back").text
    assert "A long week" in back
    assert tried(ivy, uid, back, go="stop").headers["Location"] == f"/questionnaires/{uid}"
    assert db.session.scalars(select(QuestionnaireResponse)).all() == []


def test_a_look_shows_what_follows_from_an_answer_and_the_help_at_once(house, client):
    ivy, uid = client.as_(house["ivy"]), house["talk"].uid
    page = ivy.get(f"/questionnaires/{uid}/preview/h1").text
    for _screen in range(8):
        if 'id="a-safety"' not in page:
            page = tried(ivy, uid, page).text
    again = tried(ivy, uid, page, safety="tell_a_person").text
    assert "You can have help right now" in again
    assert "/my/call" not in again, "a look asks nobody to call"
    on = tried(ivy, uid, again, safety="tell_a_person").text
    assert 'name="a-safety" value="tell_a_person"' in on
    assert "You can have help right now" not in on
    assert client.as_(house["pike"]).get(f"/questionnaires/{uid}/preview/h1").status_code in (403, 404)


def test_a_person_takes_along_what_they_handed_over_and_nothing_else(house, client):
    robin = client.as_(house["robin"])
    mine = identity_of(house["robin"])
    version = house["talk"].versions[-1]
    service.respond(mine, house["robin"], version, {"brings": Given("A long week")}, Audience.ONLY_ME)
    service.save_answer(
        mine, service.begin(mine, house["robin"], version), version.form.item("brings"), Given("Not yet")
    )
    db.session.commit()
    assert "/my/forms/copy" in robin.get("/my/forms").text
    answer = robin.get("/my/forms/copy")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="copy.json"'
    (entry,) = answer.json["entry"]
    assert (answer.json["resourceType"], entry["resource"]["resourceType"]) == (
        "Bundle",
        "QuestionnaireResponse",
    )
    assert "A long week" in answer.text
    assert "Not yet" not in answer.text, "what is not handed over yet stays where it is"
    assert client.as_(house["pike"]).get("/my/forms/copy").json["entry"] == [], "one's own alone"


def test_what_a_colleague_amends_is_written_down_when_they_open_it_and_closed_with_the_choice(house, client):
    robin, pike = client.as_(house["robin"]), client.as_(house["pike"])
    address = begun(house, robin)
    send(robin, address, "h1", brings="A long week")
    robin.post(f"{address}/hand-over", data={"audience": "care_team"})
    copy = pike.post(f"{address}/amend").headers["Location"]
    db.session.expire_all()
    looks = select(AuditRow).where(AuditRow.word == "response.read", AuditRow.object_uid == copy[-14:])
    for page in (copy, f"{copy}/h1"):
        before = len(db.session.scalars(looks).all())
        assert pike.get(page).status_code == 200
        db.session.expire_all()
        assert len(db.session.scalars(looks).all()) == before + 1
    assert "It is read by whom Robin has chosen for the one before." in pike.get(copy).text
    robin.post(f"{address}/share", data={"audience": "only_me"})
    for page in (address, copy, f"{copy}/h1"):
        assert pike.get(page).status_code == 404
    assert pike.post(f"{copy}/hand-over", data={"audience": "care_team"}).status_code == 404
    assert robin.post(f"{address}/amend").status_code == 303


def test_what_stays_with_the_person_is_theirs_alone_to_begin(house, client):
    alone = replace(
        house["talk"].versions[-1].form,
        readers=(Audience.ONLY_ME,),
        shared_with=Audience.ONLY_ME,
        read_when=ReadWhen.NOT_READ,
    )
    ivy = identity_of(house["ivy"])
    service.write_draft(ivy, house["talk"], alone, house["talk"].version)
    service.publish_draft(ivy, house["talk"])
    db.session.commit()
    pike, address = client.as_(house["pike"]), f"/people/{house['robin'].uid}/forms"
    assert house["talk"].uid not in pike.get(address).text
    assert pike.post(f"{address}/{house['talk'].uid}/begin").status_code == 404
    assert begun(house, client.as_(house["robin"]))


def test_a_copy_says_what_an_amendment_amends(house, client):
    mine = identity_of(house["robin"])
    version = house["talk"].versions[-1]
    old = service.respond(mine, house["robin"], version, {"brings": Given("A long week")}, Audience.ONLY_ME)
    new = service.amend(mine, old)
    service.hand_over(mine, new)
    db.session.commit()
    first, second = (
        one["resource"] for one in client.as_(house["robin"]).get("/my/forms/copy").json["entry"]
    )
    assert "extension" not in first
    [extension] = second["extension"]
    assert extension["valueReference"] == {"reference": f"QuestionnaireResponse/{old.uid}"}
    assert second["author"] == {"reference": f"Patient/{house['robin'].uid}"}
