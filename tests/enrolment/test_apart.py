"""Two people kept apart: neither comes where the other is, staff are told to ask, and the two learn nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import InvalidRequestError

from groupsched.audit.models import AuditRow
from groupsched.catalog.service import fields_of, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.enrolment import service
from groupsched.enrolment.queries import (
    get_pair,
    listings,
    live_of,
    members,
    pairs_kept,
    reason_of,
    waiting_groups,
    where_they_meet,
)
from groupsched.enrolment.rules import Admitted, ApartSpan, CardAction, EnrolmentState, Requested
from groupsched.schedule.service import give_cover
from tests.conftest import identity_of
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def house(world):
    """Jo is in the tea group, and Robin is kept apart from Jo."""
    world.robin, world.jo = world.client("Robin"), world.client("Jo", "Marmalade")
    world.tea = world.group("Tea", capacity=3)
    world.dates = world.series(world.tea, datetime(2026, 12, 3, 10), dates=4)
    world.enrol(world.tea, world.jo)
    world.pair = world.keep_apart(world.robin, world.jo)
    return world


def join(person, group, **more):
    done = service.enrol(identity_of(person), group, person, **more)
    db.session.commit()
    return done


def state_in(person, group):
    db.session.expire_all()
    live = live_of(group.id, person.id)
    return live.state if live else None


# --- joining ---


def test_who_is_kept_apart_asks_where_others_join(house):
    assert isinstance(join(house.robin, house.tea).answer, Requested)
    assert isinstance(join(house.client("Basil"), house.tea).answer, Admitted)


def test_it_holds_the_other_way_round_too(house):
    yoga = house.group("Yoga")
    house.series(yoga, datetime(2026, 12, 4, 10), dates=2)
    house.enrol(yoga, house.robin)
    assert isinstance(join(house.jo, yoga).answer, Requested)


def test_single_dates_are_asked_for_too(house):
    outcome = join(house.robin, house.tea, mode="dates", occurrences=house.dates[:1])
    assert isinstance(outcome.answer, Requested)


def test_staff_read_that_they_ask_the_supervisor(house):
    for staff in (house.front_desk(), house.supervisor()):
        with pytest.raises(Conflict, match="Ask the supervisor") as refused:
            service.enrol(identity_of(staff), house.tea, house.robin)
        assert refused.value.code == "ask_supervisor"


def test_a_yes_to_the_request_is_refused_until_the_pair_ends(house):
    request, marigold = join(house.robin, house.tea).enrolment, identity_of(house.supervisor())
    with pytest.raises(Conflict, match="Ask the supervisor"):
        service.accept_request(marigold, request)
    db.session.rollback()
    service.end_apart(marigold, house.pair)
    assert isinstance(service.accept_request(marigold, request).answer, Admitted)


def test_a_pair_counts_on_its_days_only(house):
    later = house.client("Linnet")
    house.keep_apart(later, house.jo, days=60)
    assert isinstance(join(later, house.tea).answer, Admitted)


def test_of_several_enrolled_at_once_the_second_of_a_pair_is_refused(house):
    ones = [house.client("Hazel"), house.client("Indigo")]
    house.keep_apart(*ones)
    yoga = house.group("Yoga")
    house.series(yoga, datetime(2026, 12, 4, 10), dates=2)
    results = service.enrol_many(house.system, yoga, ones)
    assert [isinstance(done, Conflict) for _person, done in results] == [False, True]


def test_a_closed_group_stays_closed_to_whom_it_is(house):
    closed = house.group("Cohort", access="closed")
    house.series(closed, datetime(2026, 12, 4, 10), dates=2)
    house.enrol(closed, house.jo)
    with pytest.raises(Conflict) as refused:
        join(house.robin, closed)
    assert refused.value.code == "ask_counselor"


def test_who_was_proposed_and_says_yes_has_asked_by_themself(house):
    ossian = house.facilitator()
    group = house.group("Art", led_by=ossian)
    house.series(group, datetime(2026, 12, 4, 10), dates=2)
    service.propose(identity_of(ossian), group, [house.robin])
    house.enrol(group, house.jo)
    db.session.commit()
    proposal = live_of(group.id, house.robin.id)
    outcome = service.accept_request(identity_of(house.robin), proposal)
    assert isinstance(outcome.answer, Requested)
    assert not proposal.is_proposal


def test_whom_a_lead_is_kept_apart_from_asks_too(house):
    ossian = house.facilitator()
    group = house.group("Art", led_by=ossian)
    house.series(group, datetime(2026, 12, 4, 10), dates=2)
    house.keep_apart(house.robin, ossian)
    assert isinstance(join(house.robin, group).answer, Requested)


# --- what the person sees ---


def _asks(world, **more):
    """A group that everybody asks to join, else like the tea group."""
    group = world.group("Cards", capacity=3, access="referral", **more)
    world.series(group, datetime(2026, 12, 3, 14), dates=4)
    world.enrol(group, world.client("Hazel"))
    return group


def statements(act):
    """How many statements an act takes."""
    found = []
    db.session.remove()

    def listen(*args):
        if not args[2].startswith("BEGIN"):
            found.append(args[2])

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        answer = act()
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    return answer, len(found)


def plain(page, uid, title):
    """The lines of a page without what names its group."""
    text = page.get_data(as_text=True).replace(uid, "GROUP").replace(title, "TITLE")
    return [line for line in map(str.strip, text.splitlines()) if line]


@pytest.mark.on_sqlite
def test_page_answer_and_number_of_statements_are_those_of_a_group_that_asks_everybody(house, client):
    browser, groups = client.as_(house.robin), [(one.uid, one.title) for one in (house.tea, _asks(house))]

    def both(act):
        """What each of the two groups answers, and how many statements it takes."""
        found = [act(*one) for one in groups]
        db.session.remove()
        return found

    both(lambda uid, _title: browser.get(f"/sessions/{uid}"))  # what is kept for all is read by now
    pages = both(lambda uid, title: (statements(lambda: browser.get(f"/sessions/{uid}")), title, uid))
    shown = [
        [one for one in plain(page, uid, title) if "Ask" in one or "oin" in one]
        for (page, _n), title, uid in pages
    ]
    assert shown[0] == shown[1]
    assert any("Ask to join" in one for one in shown[0])
    assert pages[0][0][1] == pages[1][0][1]
    answers, mine = [], []
    for uid, title in groups:
        answer, number = statements(
            lambda at=uid: browser.post(f"/sessions/{at}/join", data={"what": "whole"})
        )
        answers.append((answer.status_code, number))
        mine.append(plain(browser.get(f"/sessions/{uid}/mine"), uid, title))
    assert answers[0] == answers[1]
    told = [[one for one in lines if "asked" in one or "answers" in one] for lines in mine]
    assert told[0] == told[1] != []


def test_a_card_says_ask_to_join_to_the_two_and_join_to_others(house):
    labels = [
        listings(identity_of(one), house.dates)[0].label for one in (house.robin, house.client("Basil"))
    ]
    assert labels == [CardAction.ASK_TO_JOIN, CardAction.JOIN_DATE]


# --- lines ---


def test_a_pair_is_passed_over_in_the_line_and_keeps_its_place(house):
    small = house.group("Small", capacity=2)
    house.series(small, datetime(2026, 12, 5, 10), dates=2)
    _jo, basil = house.enrol(small, house.jo, house.client("Basil"))
    with clock.at(NOW + timedelta(minutes=1)):
        service.end_apart(house.system, house.pair)
        waits = house.enrol(small, house.robin)[0]
        hazel = house.enrol(small, house.client("Hazel"))[0]
        house.keep_apart(house.robin, house.jo)
        service.leave(identity_of(basil.person), basil)
        db.session.commit()
    assert (waits.state, hazel.state) == (EnrolmentState.WAITLISTED, EnrolmentState.ACTIVE)


def test_of_two_in_one_line_the_second_is_passed_over_and_the_third_comes_in(house):
    small = house.group("Small", capacity=2)
    house.series(small, datetime(2026, 12, 5, 10), dates=2)
    inside = house.fill(small)
    ones = [house.client(name) for name in ("Hazel", "Indigo", "Linnet")]
    waits = house.enrol(small, *ones)
    house.keep_apart(*ones[:2])
    update_group(house.system, small, _with_seats(small, 4), small.version)
    db.session.commit()
    db.session.expire_all()
    assert [one.state for one in waits] == ["active", "waitlisted", "active"]
    assert len(inside) == 2


def _with_seats(group, seats):

    return replace(fields_of(group), capacity=seats)


# --- near in time at one site ---


def test_minutes_between_two_at_one_site_read_as_a_clash(house):
    service.end_apart(house.system, house.pair)
    house.keep_apart(house.robin, house.jo, minutes=30)
    # Tea ends at 11:30.
    near, far = house.group("Near"), house.group("Far")
    house.series(near, datetime(2026, 12, 3, 11, 45), dates=2)
    house.series(far, datetime(2026, 12, 3, 12), dates=2)
    assert isinstance(join(house.robin, near).answer, Requested)
    assert isinstance(join(house.robin, far).answer, Admitted)


def test_another_site_and_a_call_are_far_enough(house):
    service.end_apart(house.system, house.pair)
    house.keep_apart(house.robin, house.jo, minutes=30)
    annex_site = house.another_site()
    annex, call = (
        house.group("Annex", site=annex_site, place=house.place("Annex room", site_id=annex_site.id)),
        house.group("Call", attendance_mode="online", place=None),
    )
    for group in (annex, call):
        house.series(group, datetime(2026, 12, 3, 11, 45), dates=2)
    assert isinstance(join(house.robin, annex, accept_clash=True).answer, Admitted)
    assert isinstance(join(house.robin, call, accept_clash=True).answer, Admitted)


# --- coming back ---


def test_leaving_cannot_be_taken_back_once_the_other_came(house):
    group = house.group("Art")
    house.series(group, datetime(2026, 12, 4, 10), dates=2)
    enrolment = house.enrol(group, house.robin)[0]
    service.leave(identity_of(house.robin), enrolment)
    db.session.commit()
    house.enrol(group, house.jo)
    with pytest.raises(Conflict, match="too late"):
        service.undo(identity_of(house.robin), enrolment)


# --- who leads ---


def test_nobody_comes_to_lead_whom_a_client_of_the_group_is_kept_apart_from(house):
    ossian, pike = house.facilitator(), house.facilitator("Pike", "Mockridge")
    group = house.group("Art", led_by=pike)
    dates = house.series(group, datetime(2026, 12, 4, 10), dates=2)
    house.enrol(group, house.robin)
    house.keep_apart(house.robin, ossian)
    marigold = identity_of(house.supervisor())
    with pytest.raises(Conflict, match="Ask the supervisor"):
        give_cover(marigold, dates[0], ossian)
    db.session.rollback()

    with pytest.raises(Conflict, match="Ask the supervisor"):
        update_group(
            marigold, group, replace(fields_of(group), facilitators=(pike.uid, ossian.uid)), group.version
        )
    db.session.rollback()
    # What was so before, and another change of the group, go on.
    update_group(marigold, group, replace(fields_of(group), title="Arts"), group.version)


# --- keeping ---


def test_supervisors_alone_keep_and_read_pairs(house):
    for staff in (house.front_desk(), house.facilitator(), house.admin()):
        identity = identity_of(staff)
        assert pairs_kept(identity) == []
        with pytest.raises(NotFound):
            get_pair(identity, house.pair.uid)
        with pytest.raises(NotFound):
            service.end_apart(identity, house.pair)
    assert pairs_kept(identity_of(house.supervisor())) == [house.pair]
    quay = house.another_program()
    assert pairs_kept(identity_of(quay.supervisor())) == []


def test_nobody_keeps_or_reads_a_pair_they_are_one_of(house):
    marigold = house.supervisor()
    identity = identity_of(marigold)
    with pytest.raises(NotFound):
        service.keep_apart(identity, house.jo, marigold, _wish(clock.today("America/New_York")))
    pair = house.keep_apart(house.jo, marigold)
    assert pairs_kept(identity) == [house.pair]
    with pytest.raises(NotFound):
        reason_of(identity, pair)


def _wish(day, until=None, reason="They asked for it."):
    return service.ApartWish(ApartSpan(day, until), reason)


def test_what_cannot_be_is_refused_with_its_field(house):
    marigold, today = identity_of(house.supervisor()), clock.today("America/New_York")
    basil = house.client("Basil")
    for other, wish, code in (
        (house.robin, _wish(today), "themselves"),
        (house.jo, _wish(today), "already"),
        (basil, _wish(today, today), "ends_first"),
        (basil, _wish(today + timedelta(days=400)), "too_far"),
        (basil, _wish(today, reason=" "), "no-reason"),
    ):
        with pytest.raises(DomainError) as refused:
            service.keep_apart(marigold, house.robin, other, wish)
        assert refused.value.code == code


def test_ending_is_taken_back_and_both_happen_once(house):
    marigold = identity_of(house.supervisor())
    for _twice in range(2):
        service.end_apart(marigold, house.pair)
    assert isinstance(join(house.robin, house.tea).answer, Admitted)
    for _twice in range(2):
        service.keep_on(marigold, house.pair)
    db.session.commit()
    assert house.pair.until_day is None
    assert where_they_meet(house.pair) == house.dates
    acts = db.session.scalars(
        select(AuditRow.word).where(AuditRow.word.like("apart.%")).order_by(AuditRow.id)
    )
    assert list(acts) == ["apart.begun", "apart.ended", "apart.begun"]


def test_neither_of_the_two_finds_it_among_what_was_done_with_their_record(house):
    rows = db.session.scalars(select(AuditRow).where(AuditRow.word == "apart.begun")).all()
    assert rows and all(not row.subjects for row in rows)


def test_a_row_never_carries_its_reason(house):
    pair = pairs_kept(identity_of(house.supervisor()))[0]
    db.session.expire(pair)

    with pytest.raises(InvalidRequestError):
        pair.reason
    assert reason_of(identity_of(house.supervisor("Kit")), pair).startswith("They were")


def test_searching_shows_a_group_as_one_that_asks_everybody_first(house, client):
    """The filter and its counts said that one may simply join, and the card that one asks."""
    walk = house.group("Walk", capacity=3)
    house.series(walk, datetime(2026, 12, 5, 10), dates=4)
    basil = house.client("Basil")
    for person, first, free in ((house.robin, ["Tea"], ["Walk"]), (basil, [], ["Tea", "Walk"])):
        browser = client.as_(person)
        for view in ("groups", "list"):
            for access, found in (("referral", first), ("enrol", free)):
                page = browser.get(f"/sessions?view={view}&access={access}&from=2026-12-01").text
                assert [one for one in ("Tea", "Walk") if f">{one}<" in page] == found, (person, view, access)
    side_by_side = f"/sessions/compare?with={house.tea.uid}&with={walk.uid}"
    seen, plain = (client.as_(one).get(side_by_side).text for one in (house.robin, basil))
    assert "How to join" in seen and seen != plain


def test_a_request_that_was_taken_back_is_asked_again_by_undo_as_anywhere_else(house):
    """ "It is too late to undo this", at once, told the two that this group is another one to them."""
    asked = join(house.robin, house.tea).enrolment
    service.leave(identity_of(house.robin), asked)
    db.session.commit()
    assert state_in(house.robin, house.tea) is None
    service.undo(identity_of(house.robin), asked)
    db.session.commit()
    assert state_in(house.robin, house.tea) == EnrolmentState.REQUESTED


@pytest.mark.parametrize("access", ["referral", "open"])
def test_whoever_leads_neither_sees_nor_answers_a_request_of_whom_they_are_kept_apart_from(world, access):
    """The desk and a supervisor see it; on Today too it is none of the leader's."""
    lead, desk, ivy = world.facilitator("Ossian"), world.front_desk(), world.supervisor("Ivy")
    robin, finch = world.client("Robin"), world.client("Finch")
    tea = world.group("Tea", access=access, led_by=lead)
    world.series(tea, datetime(2026, 12, 3, 10), dates=2)
    world.keep_apart(robin, lead)
    theirs = world.ask(tea, robin)
    assert asking(lead, tea) == ([], [])
    for verb in (service.accept_request, service.decline_request):
        with pytest.raises(NotFound):
            verb(identity_of(lead), theirs)
        db.session.rollback()
    for who in (desk, ivy):
        assert asking(who, tea) == ([robin], [1])
    service.decline_request(identity_of(desk), theirs)
    world.ask(tea, finch)
    assert asking(lead, tea) == (([finch], [1]) if access == "referral" else ([], []))


def asking(who, group):
    """Who asks to join a group, as somebody sees it among its people; and how many wait for their answer."""
    people = [one.person for one in members(identity_of(who), group) if one.state == "requested"]
    return people, [number for _group, number in waiting_groups(identity_of(who)).asking]
