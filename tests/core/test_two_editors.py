"""Two editors of one thing: every field that differs is shown with both words, and what is chosen stands."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from groupsched.accounts.models import Person
from groupsched.catalog.models import Group, Modality, Place
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence, Series
from tests.conftest import read_html

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _still(app):
    with clock.at(NOW):
        yield


class Sent:
    """The form of a page as a browser would send it."""

    def __init__(self, answer):
        self.status, self.text = answer.status_code, answer.text
        page = read_html(answer.text)
        form = next(f for f in page.iter("form") if any(i.get("name") == "version" for i in f.iter("input")))
        self.data = {}
        for one in form.iter():
            name, kind = one.get("name"), one.get("type")
            if (
                not name
                or one.tag == "button"
                or (kind in ("radio", "checkbox") and one.get("checked") is None)
            ):
                continue
            if one.tag == "select":
                chosen = [o for o in one.iter("option") if o.get("selected") is not None] or list(
                    one.iter("option")
                )[:1]
                value = chosen[0].get("value")
            else:
                value = (one.text or "").removeprefix("\n") if one.tag == "textarea" else one.get("value", "")
            self.data.setdefault(name, []).append(value)
        self.choices = {
            f.find("legend").text: [label.text for label in f.iter("label")]
            for f in page.iter("fieldset")
            if (f.get("id") or "").startswith("whose-")
        }

    def plus(self, **more):
        return {name: value for name, value in {**self.data, **more}.items() if value is not None}


# --- a group and its dates -------------------------------------------------------------------------------------------


@pytest.fixture
def tea(world, client):
    """A group that two of its leaders change at once."""
    world.one, world.other = world.facilitator(), world.facilitator("Juniper", "Placeholder")
    world.loft = world.place("Quiet Loft", capacity=20)
    world.tea = world.group("Tea", led_by=world.one)
    world.series(world.tea, datetime(2026, 12, 1, 18), dates=12)
    world.address = f"/groups/{world.tea.uid}/edit"
    world.browser = client.as_(world.one)
    world.boss = client.as_(world.supervisor())
    return world


def now_of(table):
    db.session.rollback()
    return db.session.scalars(
        select(table).execution_options(populate_existing=True).order_by(table.id.desc())
    ).first()


def _late(tea):
    """What the second to save is shown."""
    mine = Sent(tea.browser.get(tea.address))
    theirs = Sent(tea.boss.get(tea.address))
    saved = theirs.plus(
        title=["Their tea"], start_time=["17:00"], place=[tea.loft.uid], skip=["2026-12-22"], others=[tea.other.uid],
        capacity=[""], no_limit=["y"], act=["save"],
    )  # fmt: skip
    assert tea.boss.post(tea.address, data=saved).status_code == 303
    return Sent(
        tea.browser.post(
            tea.address, data=mine.plus(title=["My tea"], description=["Two kettles."], act=["save"])
        )
    )


def test_what_the_writer_changed_is_asked_and_all_else_is_theirs_and_told(tea):
    late = _late(tea)
    assert late.status == 409
    assert "Marigold T. saved it" in late.text
    assert late.choices == {
        "Title": ["Theirs: Their tea", "Yours: My tea"],
        "What happens": ["Theirs: (empty)", "Yours: Two kettles."],
    }
    assert late.data["title"] == ["My tea"]
    assert "These you had not changed." in late.text
    for said in (
        "Starts: 17:00", "Skipped dates: Tue 22 Dec", "Room: Quiet Loft, 20 seats", "Also leading: Juniper Placeholder",
        "Seats: (empty)", "No limit: Yes",
    ):  # fmt: skip
        assert f"<li>{said}</li>" in late.text
    assert (late.data["start_time"], late.data["place"]) == (["17:00"], [tea.loft.uid])


def test_of_a_page_that_does_not_say_what_it_showed_every_field_is_asked(tea):
    mine = Sent(tea.browser.get(tea.address))
    theirs = Sent(tea.boss.get(tea.address))
    tea.boss.post(tea.address, data=theirs.plus(start_time=["17:00"], act=["save"]))
    sent = mine.plus(title=["My tea"], began=None, act=["save"])
    late = Sent(tea.browser.post(tea.address, data=sent))
    assert late.choices["Starts"] == ["Theirs: 17:00", "Yours: 18:00"]


def test_who_saved_is_said_on_a_second_try_too(tea):
    late = _late(tea)
    again = Sent(tea.browser.post(tea.address, data=late.plus(act=["save"])))
    assert again.status == 409
    assert "Marigold T. saved it" in again.text


def test_what_is_chosen_stands_over_the_newest_version(tea):
    late = _late(tea)
    whose = {
        f"whose-{name}": ["theirs"]
        for name in ("start_time", "skip", "place", "others", "capacity", "no_limit")
    }
    whose |= {"whose-title": ["mine"], "whose-description": ["mine"]}
    answer = tea.browser.post(tea.address, data=late.plus(act=["save"], **whose))
    assert answer.status_code == 303, answer.text
    group, series = now_of(Group), now_of(Series)
    assert (group.title, group.description, group.capacity) == ("My tea", "Two kettles.", None)
    assert group.place_id == tea.loft.id
    assert {row.person_id for row in group.facilitators} == {tea.one.id, tea.other.id}
    assert (series.start_time[:2], series.skip) == ("17", ["2026-12-22"])
    starts = db.session.scalars(
        select(Occurrence).where(~Occurrence.dropped).order_by(Occurrence.start)
    ).all()
    assert len(starts) == 11


def test_what_nobody_chose_is_asked_again_and_nothing_is_saved(tea):
    mine = Sent(tea.browser.get(tea.address))
    tea.boss.post(
        tea.address,
        data=Sent(tea.boss.get(tea.address)).plus(title=["Their tea"], start_time=["17:00"], act=["save"]),
    )
    late = Sent(tea.browser.post(tea.address, data=mine.plus(title=["My tea"], act=["save"])))
    half = Sent(
        tea.browser.post(tea.address, data=late.plus(act=["save"], **{"whose-start_time": ["theirs"]}))
    )
    assert half.status == 409
    assert list(half.choices) == ["Title"]
    assert half.data["start_time"] == ["17:00"], "what was chosen stays chosen"
    assert now_of(Group).title == "Their tea"
    done = tea.browser.post(tea.address, data=half.plus(act=["save"], **{"whose-title": ["mine"]}))
    assert done.status_code == 303
    assert (now_of(Group).title, now_of(Series).start_time[:2]) == ("My tea", "17")


def test_a_third_who_saves_in_between_is_shown_too(tea):
    mine = Sent(tea.browser.get(tea.address))
    tea.boss.post(tea.address, data=Sent(tea.boss.get(tea.address)).plus(title=["Their tea"], act=["save"]))
    late = Sent(tea.browser.post(tea.address, data=mine.plus(title=["My tea"], act=["save"])))
    tea.boss.post(
        tea.address, data=Sent(tea.boss.get(tea.address)).plus(description=["A third."], act=["save"])
    )
    again = Sent(tea.browser.post(tea.address, data=late.plus(act=["save"], **{"whose-title": ["mine"]})))
    assert again.status == 409
    assert again.data["description"] == ["A third."]
    assert "<li>What happens: A third.</li>" in again.text


def test_two_who_say_the_same_are_not_asked(tea):
    mine = Sent(tea.browser.get(tea.address))
    same = mine.plus(title=["Our tea"], act=["save"])
    assert tea.boss.post(tea.address, data=same).status_code == 303
    assert tea.browser.post(tea.address, data=same).status_code == 303


# --- rows of the catalogue, the program, a person ---------------------------------------------------------------------


def of_place(world):
    return f"/catalog/places/{world.room.uid}", Place, "name", "Name", "address", "Address"


def of_kind(world):
    return (
        f"/catalog/kinds/{world.support.uid}",
        Modality,
        "summary_en",
        "In one sentence",
        "minutes",
        "Usual length in minutes",
    )


def of_site(world):
    return f"/catalog/houses/{world.site.uid}", type(world.site), "name", "Name", "address", "Address"


def of_program(world):
    return (
        "/catalog/program",
        type(world.program),
        "name",
        "Name",
        "sentence_es",
        "What the front page says, in Spanish",
    )


def of_term(world):
    from groupsched.catalog.models import Term

    uid = db.session.scalar(select(Term.uid).order_by(Term.id).limit(1))
    return f"/catalog/labels/{uid}", Term, "name_en", "Name in English", "name_es", "Name in Spanish"


def of_person(world):
    return f"/people/{world.robin.uid}/edit", Person, "first_name", "First name", "phone", "Phone"


EVERY = [of_place, of_kind, of_site, of_program, of_term, of_person]


@pytest.mark.parametrize("thing", EVERY, ids=lambda one: one.__name__)
def test_of_every_thing_that_two_edit_both_words_are_shown_and_one_chosen(world, client, thing):
    world.robin, boss = world.client(), world.person("Ada", "Examplar", "admin", "supervisor")
    first, second = client.as_(boss), client.as_(world.person("Bo", "Examplar", "admin", "supervisor"))
    address, _table, name, label, beside, beside_label = thing(world)
    mine, theirs = Sent(first.get(address)), Sent(second.get(address))
    words = {"minutes": ["75"], "phone": ["555 0100"]}.get(beside, ["Their second"])
    assert second.post(address, data=theirs.plus(**{name: ["Their first"], beside: words})).status_code == 303
    late = Sent(first.post(address, data=mine.plus(**{name: ["My first"]})))
    assert late.status == 409
    assert set(late.choices) == {label}
    assert late.choices[label] == ["Theirs: Their first", "Yours: My first"]
    assert f"<li>{beside_label}: {words[0]}</li>" in late.text
    assert late.data[beside] == words
    assert Sent(first.post(address, data=late.data)).status == 409, "nothing chosen"
    whose = {f"whose-{name}": ["mine"]}
    done = first.post(address, data=late.plus(**whose))
    assert done.status_code == 303, done.text
    kept = Sent(first.get(address))
    assert (kept.data[name], kept.data[beside]) == (["My first"], words)


@pytest.mark.on_sqlite
@pytest.mark.parametrize("thing", EVERY, ids=lambda one: one.__name__)
def test_of_every_thing_the_same_twice_is_saved(world, client, thing):
    world.robin, boss = world.client(), world.person("Ada", "Examplar", "admin", "supervisor")
    address, _table, name, *_rest = thing(world)
    same = Sent(client.as_(boss).get(address)).plus(**{name: ["Ours"]})
    for _ in range(2):
        assert client.as_(boss).post(address, data=same).status_code == 303


def test_a_name_that_means_nothing_to_the_form_changes_nothing(world, client):
    boss = client.as_(world.admin())
    address = f"/catalog/places/{world.room.uid}"
    data = Sent(boss.get(address)).plus(
        differs=["csrf_token", "nothing", "version"], **{"whose-version": ["theirs"]}
    )
    assert boss.post(address, data=data).status_code == 303
    assert not re.search("nothing", now_of(Place).name)
