"""A form that is sent after its sign-in has ended is kept in the page, for who wrote it and for nobody else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from groupsched.access.identity import Role
from groupsched.accounts.models import SignIn
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.config import load
from groupsched.core.db import db
from groupsched.core.form_secret import masked, unmasked
from tests.accounts.test_signing_in import PASSWORD, give_password
from tests.conftest import SECRET, build, read_html
from tests.kept import kept

# What is kept stands in the page: no row is written of it.
pytestmark = pytest.mark.on_sqlite
WORDS = "A kettle and a circle.\nNobody is asked anything."


@pytest.fixture(scope="module")
def strict(database, instance_folder):
    """The application with its form secrets on."""
    settings = load(instance=instance_folder, database_url=database, secret_key=SECRET)
    return build(settings, WTF_CSRF_ENABLED=True)


@kept
def people(world):
    """A supervisor and an administrator with passwords, and a group."""
    world.robin = give_password(world.supervisor(), "robin")
    world.wren = give_password(world.person("Wren", "Other", Role.SUPERVISOR), "wren")
    world.group_here = world.group("Tea", led_by=world.facilitator())
    world.soon(world.group_here, in_minutes=600, dates=3)
    return world


@pytest.fixture
def house(people, strict):
    """They, and the application that asks for the secret of a form."""
    people.app = strict
    yield people
    with strict.app_context():
        db.session.remove()
        db.engine.dispose()


def fields_of(answer, action):
    """What the form that goes to `action` would send as it stands; "" is the address of the page."""
    for form in read_html(answer.text).iter("form"):
        if form.get("method") == "post" and form.get("action", "") == action:
            data = {}
            for one in form.iter():
                if not one.get("name") or one.tag == "button":
                    continue
                if one.get("type") in ("checkbox", "radio") and one.get("checked") is None:
                    continue
                if one.tag == "select":
                    chosen = [o for o in one.iter("option") if o.get("selected") is not None] or list(
                        one.iter("option")
                    )
                    value = chosen[0].get("value")
                else:
                    value = one.text or "" if one.tag == "textarea" else one.get("value", "")
                data.setdefault(one.get("name"), []).append(value)
            return data
    return {}


def sign_in(browser, login, answer=None):
    answer = answer or browser.get("/sign-in")
    data = fields_of(answer, "/sign-in") | {"login": login, "password": PASSWORD}
    return browser.post("/sign-in", data=data)


@pytest.fixture
def written(house):
    """Robin has a form open and has written in it; the browser, the address and what the form would send."""
    browser = house.app.test_client()
    assert sign_in(browser, "robin").status_code == 303
    address = f"/groups/{house.group_here.uid}/edit"
    form = fields_of(browser.get(address), address) | {"description": [WORDS], "act": ["save"]}
    assert unmasked(form["written_by"][0]).startswith(house.robin.uid)
    return browser, address, form


def end_all():
    """Signed out elsewhere."""
    db.session.execute(update(SignIn).values(ended_at=clock.now()))
    db.session.commit()


def said(house):
    db.session.rollback()
    found = db.session.scalar(select(Group.description).where(Group.id == house.group_here.id))
    db.session.rollback()
    return found


def test_signed_out_elsewhere_signing_in_again_goes_on_with_what_was_written(house, written):
    browser, address, form = written
    end_all()
    door = browser.post(address, data=form)
    assert door.status_code == 401
    assert "What you wrote is kept on this page" in door.text
    assert said(house) == ""
    shown = sign_in(browser, "robin", door)
    assert shown.status_code == 200
    assert "Here is what you wrote" in shown.text
    assert "A kettle and a circle." in shown.text
    assert form["began"][0] and f'<li class="prose">{form["began"][0]}' not in shown.text
    assert not re.search(r"<li class=.prose.>[^<]*title:", shown.text), (
        "what the page keeps for itself is no word of theirs"
    )
    assert said(house) == "", "nothing is sent by itself"
    again = fields_of(shown, address)
    assert again["csrf_token"] != form["csrf_token"]
    done = browser.post(address, data=again)
    assert done.status_code == 303, done.text
    assert said(house) == WORDS


def test_of_a_single_button_nobody_reads_that_they_wrote_something(house, written):
    browser, _address, form = written
    end_all()
    to = "/occurrences/any/cannot-come"
    door = browser.post(to, data={"written_by": form["written_by"], "next": "/my"})
    shown = sign_in(browser, "robin", door)
    assert "Your last step is not done yet" in shown.text and "Here is what you wrote" not in shown.text
    leave = next(
        one for one in read_html(shown.text).iter("a") if "".join(one.itertext()).strip() == "Leave it"
    )
    assert leave.get("href") == "/my"
    assert fields_of(shown, to)["next"] == ["/my"]


def test_past_its_ten_hours_it_is_the_same(house, written):
    browser, address, form = written
    with clock.at(clock.now() + timedelta(hours=10, minutes=1)):
        shown = sign_in(browser, "robin", browser.post(address, data=form))
        assert "A kettle and a circle." in shown.text


def test_a_wrong_password_loses_nothing(house, written):
    browser, address, form = written
    end_all()
    door = browser.post(address, data=form)
    data = fields_of(door, "/sign-in") | {"login": "robin", "password": "wrong horse battery"}
    again = browser.post("/sign-in", data=data)
    assert again.status_code == 422
    assert "A kettle and a circle." in sign_in(browser, "robin", again).text


def test_another_who_signs_in_there_sees_nothing_of_it(house, written):
    browser, address, form = written
    end_all()
    answer = sign_in(browser, "wren", browser.post(address, data=form))
    assert (answer.status_code, answer.location) == (303, "/today")
    page = browser.get("/today").text
    assert "kettle" not in page
    assert "Somebody else had begun to write here. What they wrote was not sent, and is not kept." in page


def test_who_signs_in_where_nothing_was_written_reads_nothing_of_it(house, written):
    browser, _address, form = written
    browser.post("/sign-out", data={"csrf_token": form["csrf_token"]})
    sign_in(browser, "wren")
    assert "begun to write here" not in browser.get("/today").text


def test_signed_out_and_in_again_in_another_tab_the_old_form_is_shown_again_filled(house, written):
    browser, address, form = written
    browser.post("/sign-out", data={"csrf_token": form["csrf_token"]})
    assert sign_in(browser, "robin").status_code == 303
    shown = browser.post(address, data=form)
    assert shown.status_code == 409
    assert "A kettle and a circle." in shown.text
    assert browser.post(address, data=fields_of(shown, address)).status_code == 303
    assert said(house) == WORDS


def test_signed_out_in_another_tab_the_old_form_goes_by_the_door(house, written):
    browser, address, form = written
    browser.post("/sign-out", data={"csrf_token": form["csrf_token"]})
    door = browser.post(address, data=form)
    assert door.status_code == 401
    assert "A kettle and a circle." in sign_in(browser, "robin", door).text


def test_where_another_is_signed_in_now_the_old_form_is_nobodys(house, written):
    browser, address, form = written
    browser.post("/sign-out", data={"csrf_token": form["csrf_token"]})
    sign_in(browser, "wren")
    answer = browser.post(address, data=form)
    assert answer.status_code == 400
    assert "kettle" not in answer.text


@pytest.mark.parametrize("by", [None, "", "made-up", "{uid}", "{uid}.AAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_what_a_foreign_site_posts_is_not_kept(house, written, by):
    browser, address, form = written
    form = {name: value for name, value in form.items() if name not in ("written_by", "csrf_token")}
    if by is not None:
        text = by.format(uid=house.robin.uid)
        form["written_by"] = [text] if text in ("", "made-up") else [masked(text)]
    answer = browser.post(address, data=form)
    assert answer.status_code == 400
    assert "kettle" not in answer.text
    stranger = house.app.test_client()
    answer = stranger.post(address, data=form)
    assert answer.status_code == 400
    assert "kettle" not in answer.text


def test_no_secret_is_handed_on(house):
    browser = house.app.test_client()
    sign_in(browser, "robin")
    form = fields_of(browser.get("/account/password"), "") | {
        "current": ["the old secret one"], "password": ["the new secret one"], "anything": ["kept words here"],
    }  # fmt: skip
    end_all()
    door = browser.post("/account/password", data=form)
    assert door.status_code == 401
    assert "kept words here" in door.text
    assert "secret one" not in door.text
    handed = fields_of(door, "/sign-in")
    assert "kept-csrf_token" not in handed


def test_it_never_leads_to_another_site(house, written):
    browser, address, form = written
    end_all()
    door = browser.post(address, data=form)
    data = fields_of(door, "/sign-in") | {
        "login": "robin",
        "password": PASSWORD,
        "kept_to": "https://evil.example/",
    }
    answer = browser.post("/sign-in", data=data)
    assert (answer.status_code, answer.location) == (303, "/today")


def test_a_part_asked_by_htmx_keeps_the_page_and_opens_the_way_to_sign_in(house, written):
    browser, _address, form = written
    end_all()
    answer = browser.post("/groups/preview", data=form, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Trigger"], answer.text) == (401, "signed-out", "")


def test_an_unknown_address_answers_a_visitor_as_before(house):
    answer = house.app.test_client().post("/groups/nothing/edit", data={"title": "x"})
    assert answer.status_code == 400


def test_signing_in_while_signed_in_is_not_shown_again(house):
    browser = house.app.test_client()
    sign_in(browser, "robin")
    assert sign_in(browser, "robin").status_code == 303


def test_every_form_says_who_writes_and_a_visitors_says_nothing(house):
    browser = house.app.test_client()
    assert "written_by" not in browser.get("/sign-in").text
    sign_in(browser, "robin")
    page = browser.get(f"/groups/{house.group_here.uid}/edit").text
    assert len(re.findall('name="written_by"', page)) >= 1
