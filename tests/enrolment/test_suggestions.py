"""Suggestions as a person and staff see them: why, what may be joined, what was put aside, and the rules of a program."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.audit.models import AuditRow
from groupsched.care.rules import CareRole
from groupsched.care.service import reflect
from groupsched.catalog.rules import ClearanceKind
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment import queries, service
from groupsched.enrolment.models import NoFaithWish, SuggestionAside
from groupsched.enrolment.rules import ClearanceSpan, SuggestionRule
from groupsched.enrolment.service import leave
from groupsched.questionnaires.rules import Audience, Given
from tests.conftest import identity_of
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")  # Wednesday, 08:00 at the house
MINE = datetime(2026, 11, 26, 18)
FRIDAY = datetime(2026, 11, 27, 18)


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def house(world):
    """Robin is in Thursday's Circle, secular and structured; Friday has three like it, each but for one thing."""
    world.robin = world.client()
    world.circle = world.group("Circle")
    world.series(world.circle, MINE, dates=4)
    world.enrol(world.circle, world.robin)
    for name, said in {
        "prayer": {"orientation": "faith"},
        "tea": {"structure": "relaxed"},
        "art": {"modality": world.modality("art-therapy", kind="art")},
        "twin": {},
        "far": {"orientation": "faith", "structure": "relaxed"},
    }.items():
        setattr(world, name, world.group(name.title(), **said))
        world.series(getattr(world, name), FRIDAY, dates=3)
    return world


def suggested(person, **more):
    found = queries.suggested(person, queries.tried_by(person.id), **more).groups
    return {one.date.group.title: (one.rule, one.like.title) for one in found}


def titles(person):
    return sorted(suggested(person))


ALL = {
    "Prayer": (SuggestionRule.FAITH, "Circle"),
    "Tea": (SuggestionRule.RELAXED, "Circle"),
    "Art": (SuggestionRule.OTHER_KIND, "Circle"),
}


def main_of(browser):
    """What their page of suggestions says, without who reads it."""
    page = browser.get("/my/suggestions").text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r'value="[^"]{40,}"', "", page)


def test_what_differs_in_one_thing_is_suggested_and_what_is_the_same_or_differs_in_two_is_not(house):
    assert suggested(house.robin) == ALL


def test_who_has_tried_nothing_has_no_suggestion_and_reads_what_to_do(house, client):
    hazel = house.client("Hazel")
    assert suggested(hazel) == {}
    page = client.as_(hazel).get("/my/suggestions").text
    assert "First try one" in page and 'href="/sessions"' in page


def test_a_group_of_single_dates_and_one_that_was_left_say_something_too_and_are_no_suggestion(house):
    hazel, tried = house.client("Hazel"), queries.dates_ahead(house.circle)[0]
    house.enrol(house.circle, hazel, dates=[tried])
    assert suggested(hazel) == ALL
    [mine] = queries.tried_by(house.robin.id)
    with clock.at(NOW + timedelta(days=2)):
        leave(identity_of(house.robin), mine)
        db.session.commit()
    with clock.at(NOW + timedelta(days=3)):
        assert suggested(house.robin) == ALL, "the twin is as like as before, the left one is none"
    with clock.at(NOW + timedelta(days=400)):
        assert suggested(house.robin) == {}


def test_who_waits_or_asks_has_not_been_there(house):
    hazel = house.client("Hazel")
    house.fill(house.circle)
    house.enrol(house.circle, hazel)
    assert queries.live_of(house.circle.id, hazel.id).state == "waitlisted"
    assert suggested(hazel) == {}


def test_what_is_full_or_at_the_same_time_as_something_else_is_not_suggested_on_that_date(house):
    house.fill(house.tea)
    assert titles(house.robin) == ["Art", "Prayer"]
    other = house.group(
        "Dinner", orientation="faith", structure="relaxed", modality=house.modality("dinner", kind="family")
    )
    house.series(other, FRIDAY + timedelta(minutes=30), dates=1)
    house.enrol(other, house.robin)
    every = queries.tried_by(house.robin.id)
    dates = {one.date.local_date.isoformat() for one in queries.suggested(house.robin, every).groups}
    assert dates == {"2026-12-04"}, "a week later they have nothing else"


def test_what_one_cannot_join_at_once_is_not_suggested(house):
    for group, fields in (
        (house.prayer, {"access": "referral"}),
        (house.tea, {"hidden": True}),
        (house.art, {"access": "closed"}),
    ):
        for name, value in fields.items():
            setattr(group, name, value)
    service.catalogue_changed([])
    house.program.catalogue_revision += 1
    db.session.commit()
    assert suggested(house.robin) == {}


def test_somebody_kept_apart_makes_a_group_look_like_one_that_asks_everybody(house, client):
    hazel = house.client("Hazel")
    house.enrol(house.tea, hazel)
    house.keep_apart(house.robin, hazel)
    assert titles(house.robin) == ["Art", "Prayer"]
    apart = main_of(client.as_(house.robin))
    kim = house.client("Kim")
    house.enrol(house.circle, kim)
    house.tea.access = "referral"
    house.program.catalogue_revision += 1
    db.session.commit()
    assert main_of(client.as_(kim)) == apart and "Prayer" in apart, "as one that asks everybody"
    desk = client.as_(house.front_desk()).get(f"/people/{house.robin.uid}/suggestions").text
    assert "Tea" not in desk and "Prayer" in desk


def test_no_faith_is_never_answered_with_faith_here_or_beside_a_secular_group(house, client):
    browser = client.as_(house.robin)
    assert "Prayer" in browser.get(f"/sessions/{house.twin.uid}").text
    browser.post("/my/suggestions/faith", data={"no_faith": "y"})
    assert titles(house.robin) == ["Art", "Tea"]
    assert "A faith-based group like this" not in browser.get(f"/sessions/{house.twin.uid}").text
    assert "Like this, faith-based:" not in browser.get("/sessions").text
    assert (
        "wants no groups with faith"
        in client.as_(house.front_desk()).get(f"/people/{house.robin.uid}/suggestions").text
    )
    client.as_(house.robin).post("/my/suggestions/faith", data={})
    assert suggested(house.robin) == ALL
    assert db.session.scalars(select(NoFaithWish)).all() == []


def test_not_for_me_is_remembered_until_it_is_brought_back(house, client):
    browser = client.as_(house.robin)
    page = browser.post(f"/my/suggestions/{house.tea.uid}/aside", follow_redirects=True).text
    assert "Tea is not suggested to you any more." in page and "Bring back" in page
    browser.post(f"/my/suggestions/{house.tea.uid}/aside")
    assert len(db.session.scalars(select(SuggestionAside)).all()) == 1
    assert titles(house.robin) == ["Art", "Prayer"]
    assert [one.group.title for one in queries.put_aside(house.robin.id)] == ["Tea"]
    hazel = house.client("Hazel")
    house.enrol(house.circle, hazel)
    assert suggested(hazel) == ALL, "it is one's own"
    browser = client.as_(house.robin)
    browser.post(f"/my/suggestions/{house.tea.uid}/back")
    assert suggested(house.robin) == ALL and queries.put_aside(house.robin.id) == []
    acts = db.session.scalars(select(AuditRow).where(AuditRow.word == "suggestion.limited")).all()
    assert len(acts) == 2, "what changes nothing is not written down"


def test_each_says_why_and_none_is_lit_or_counted(house, client):
    page = client.as_(house.robin).get("/my/suggestions").text
    assert "Like Circle, but faith-based." in page
    assert "Like Circle, but relaxed" in page
    assert "In the style and at the time of Circle, but another kind." in page
    assert "%" not in page.partition("<main")[2].partition("</main>")[0]


def test_who_would_not_go_again_gets_no_other_time_of_it_on_their_own_page_alone(house):
    morning = house.group("Morning")
    house.series(morning, datetime(2026, 11, 27, 9), dates=3)
    assert suggested(house.robin)["Morning"] == (SuggestionRule.OTHER_PART, "Circle")
    one = queries.dates_ahead(house.circle)[0]
    with clock.at(one.end + timedelta(hours=1)):
        reflect(identity_of(house.robin), one, {"again": Given("would_not")}, Audience.ONLY_ME)
        db.session.commit()
        every = queries.tried_by(house.robin.id)
        assert "Morning" not in suggested(house.robin)
        assert "Morning" in suggested(house.robin, shown=every), "staff and the interface learn nothing of it"


def test_complementary_kinds_and_clearances_bound_what_is_suggested(house):
    yoga = house.group("Yoga", modality=house.modality("yoga", kind="movement", complementary=True))
    needles = house.group(
        "Needles", modality=house.modality("needles", kind="body_care", clearance="needles")
    )
    for group in (yoga, needles):
        house.series(group, FRIDAY, dates=3)
    house.program.catalogue_revision += 1
    for group in (house.prayer, house.tea, house.art):
        service.put_suggestion_aside(identity_of(house.robin), group)
    db.session.commit()
    assert titles(house.robin) == ["Yoga"], "they have other care"
    span = ClearanceSpan(ClearanceKind.NEEDLES)
    service.note_clearance(identity_of(house.supervisor()), house.robin, span.kind, span.until_day)
    db.session.commit()
    assert titles(house.robin) == ["Needles", "Yoga"]


# --- staff ---


def test_staff_see_what_is_suggested_by_the_groups_that_they_know_of_and_enrol_from_there(house, client):
    desk = client.as_(house.front_desk())
    assert f"/people/{house.robin.uid}/suggestions" in desk.get(f"/people/{house.robin.uid}").text
    page = desk.get(f"/people/{house.robin.uid}/suggestions").text
    assert "Like Circle, but relaxed" in page and "Enrol in every date" in page
    desk.post(f"/people/{house.robin.uid}/groups", data={"group": house.tea.uid})
    assert queries.live_of(house.tea.id, house.robin.id) is not None


def test_the_page_is_there_wherever_the_persons_page_leads_to_it(house, client):
    """Also where the one group into which they could be brought is one that they left."""
    hazel = house.client("Hazel")
    for group in (house.circle, house.prayer, house.tea, house.art, house.twin, house.far):
        house.enrol(group, hazel)
    mine = queries.live_of(house.twin.id, hazel.id)
    with clock.at(NOW + timedelta(days=3)):
        leave(identity_of(hazel), mine)
        db.session.commit()
        desk = client.as_(house.front_desk())
        assert f"/people/{hazel.uid}/suggestions" in desk.get(f"/people/{hazel.uid}").text
        page = desk.get(f"/people/{hazel.uid}/suggestions")
        assert page.status_code == 200 and "Nothing to suggest right now" in page.text


def led_by(house, ossian):
    """A group of Ossian's in which Robin is, so that Ossian knows them, and one that is like Circle but relaxed."""
    known = house.group("Known", led_by=ossian, modality=house.modality("dinner", kind="family"), capacity=4)
    house.series(known, FRIDAY + timedelta(days=4, hours=-8), dates=2)
    house.enrol(known, house.robin)
    house.series(house.group("Led", led_by=ossian, structure="relaxed"), FRIDAY + timedelta(days=7), dates=2)


def test_who_leads_another_group_learns_nothing_of_the_persons_groups(house, client):
    ossian = house.facilitator()
    assert client.as_(ossian).get(f"/people/{house.robin.uid}/suggestions").status_code == 404
    led_by(house, ossian)
    page = client.as_(ossian).get(f"/people/{house.robin.uid}/suggestions").text
    assert "Circle" not in page and "Nothing to suggest right now" in page


def test_whoever_is_on_the_care_team_sees_it_by_all_of_their_groups_and_for_their_own_alone(house, client):
    ossian = house.facilitator()
    led_by(house, ossian)
    house.care_for(house.robin, ossian, CareRole.COUNSELOR)
    page = client.as_(ossian).get(f"/people/{house.robin.uid}/suggestions").text
    assert "Like Circle, but relaxed" in page and ">Led</a>" in page and "Tea" not in page


@pytest.mark.on_sqlite
def test_clients_read_nobody_elses(house, client):
    hazel = house.client("Hazel")
    assert client.as_(hazel).get(f"/people/{house.robin.uid}/suggestions").status_code in (403, 404)
    assert client.as_(hazel).get("/suggestions").status_code in (403, 404)


# --- the rules ---


def test_a_program_reads_its_rules_as_sentences_and_turns_one_off(house, client):
    admin = client.as_(house.admin())
    page = admin.get("/suggestions").text
    assert "When a group of theirs is structured, suggest one like it that is relaxed." in page
    assert page.count("Turn off") == len(SuggestionRule)
    admin.post("/suggestions", data={"rule": "relaxed", "used": ""})
    assert titles(house.robin) == ["Art", "Prayer"]
    admin.post("/suggestions", data={"rule": "relaxed", "used": "y"})
    assert suggested(house.robin) == ALL


def test_staff_read_the_rules_and_only_an_administrator_turns_one_off(house, client):
    for person in (house.facilitator(), house.front_desk(), house.supervisor()):
        browser = client.as_(person)
        page = browser.get("/suggestions").text
        assert "How groups are suggested" in page and "Turn off" not in page
        assert browser.post("/suggestions", data={"rule": "relaxed"}).status_code in (403, 404)
        with pytest.raises(NotFound):
            service.use_suggestion_rule(identity_of(person), SuggestionRule.RELAXED, used=False)
    assert client.as_(house.admin()).post("/suggestions", data={"rule": "best"}).status_code == 404
    assert queries.rules_off(house.program.id) == frozenset()


def test_another_program_has_rules_of_its_own(house):
    quay = house.another_program()
    service.use_suggestion_rule(identity_of(quay.admin()), SuggestionRule.RELAXED, used=False)
    db.session.commit()
    assert suggested(house.robin) == ALL
    assert queries.rules_off(quay.program.id) == {SuggestionRule.RELAXED}
