"""Complementary kinds add to other care: alone, one date at a time until a clinician confirmed more; and what asks for a
clearance has one on file before a seat is taken, by whichever way one comes."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.accounts.service import set_qualification
from groupsched.audit.models import AuditRow
from groupsched.catalog.rules import ClearanceKind
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.enrolment import queries, service
from groupsched.enrolment.queries import (
    clearances_of,
    confirmation_of,
    left_with_complementary,
    live_of,
    offer_of,
    other_care,
)
from groupsched.enrolment.rules import ClearanceSpan, EnrolmentState, OtherCare, is_cleared, too_much_alone
from tests.conftest import identity_of
from tests.factories import ZONE, tomorrow_at
from tests.kept import kept


@given(st.booleans(), st.booleans(), st.integers(0, 5), st.integers(1, 5))
def test_alone_and_unconfirmed_somebody_never_has_more_than_one_date(conventional, confirmed, has, wants):
    refused = too_much_alone(OtherCare(conventional, has, confirmed), wants)
    assert refused is (not conventional and not confirmed and has + wants > 1)


def test_a_clearance_covers_its_kind_until_and_on_its_day():
    today = clock.today(ZONE)
    on_file = [ClearanceSpan(ClearanceKind.TOUCH, today), ClearanceSpan(ClearanceKind.NEEDLES)]
    assert is_cleared(None, [], today)
    assert is_cleared(ClearanceKind.TOUCH, on_file, today)
    assert not is_cleared(ClearanceKind.TOUCH, on_file, today + timedelta(days=1))
    assert is_cleared(ClearanceKind.NEEDLES, on_file, today + timedelta(days=999))
    assert not is_cleared(ClearanceKind.EXERCISE, on_file, today)


@kept
def house(world):
    """Qigong and writing, which are complementary, ear acupuncture, which takes needles, and a support group."""
    said = {"qigong": "qigong", "writing": "writing", "ears": "acupuncture"}
    for number, (name, kind) in enumerate(said.items()):
        group = world.group(name.title(), modality=world.modality(kind), orientation=None, structure=None)
        setattr(world, name, group)
        setattr(world, f"{name}_dates", world.series(group, tomorrow_at(8 + 2 * number), dates=3))
    world.support_group = world.group("Circle")
    world.series(world.support_group, tomorrow_at(18), dates=3)
    world.robin, world.desk, world.ivy = world.client(), world.front_desk(), world.supervisor("Ivy")
    set_qualification(identity_of(world.admin()), world.ivy, "licensed-clinician")
    db.session.commit()
    return world


def join(house, group, dates=(), who=None):
    mode = "dates" if dates else "whole"
    done = service.enrol(identity_of(who or house.robin), group, house.robin, mode=mode, occurrences=dates)
    db.session.commit()
    return done.enrolment


def refused(house, group, dates=(), who=None):
    with pytest.raises(Conflict) as found:
        join(house, group, dates, who)
    db.session.rollback()
    return found.value.code


def test_by_oneself_and_by_the_desk_one_date_at_a_time_then_a_clinician_opens_the_rest(house):
    for who in (house.robin, house.desk):
        assert refused(house, house.qigong, who=who) == "adds_only"
        assert refused(house, house.qigong, house.qigong_dates[:2], who=who) == "adds_only"
    join(house, house.qigong, house.qigong_dates[:1])
    assert refused(house, house.writing, house.writing_dates[:1]) == "adds_only"
    assert other_care(house.robin.id, clock.now()) == OtherCare(False, 1, False)
    with pytest.raises(Conflict):
        service.confirm_alone(identity_of(house.desk), house.robin)
    db.session.rollback()
    service.confirm_alone(identity_of(house.ivy), house.robin)
    service.confirm_alone(identity_of(house.ivy), house.robin)
    join(house, house.writing)
    join(house, house.qigong, house.qigong_dates[1:])
    service.end_confirmation(identity_of(house.desk), house.robin)
    db.session.commit()
    assert confirmation_of(house.robin.id) is None
    assert other_care(house.robin.id, clock.now()).complementary == 6, "what they have already stays"


def test_after_the_one_date_is_over_the_next_is_open(house):
    join(house, house.qigong, house.qigong_dates[:1])
    with clock.at(house.qigong_dates[0].end + timedelta(minutes=1)):
        join(house, house.qigong, house.qigong_dates[1:2])


def test_a_date_waited_for_counts_and_a_switch_gives_the_old_one_back(house):
    other = house.group("Tai chi", modality=house.modality("qigong"), capacity=1)
    [same_hour] = house.series(other, tomorrow_at(8), dates=1)
    house.enrol(other, house.client("Hazel"))
    join(house, other, [same_hour])
    assert refused(house, house.writing, house.writing_dates[:1]) == "adds_only"
    service.leave(identity_of(house.robin), join(house, other, [same_hour]))
    db.session.commit()
    join(house, house.qigong, house.qigong_dates[:1])
    free = house.group("Walk", modality=house.modality("nature-walk"))
    [walk] = house.series(free, tomorrow_at(8), dates=1)
    service.switch(identity_of(house.robin), walk, house.robin)
    db.session.commit()
    assert other_care(house.robin.id, clock.now()).complementary == 1


def test_with_a_seat_of_another_kind_nothing_is_asked(house):
    house.enrol(house.support_group, house.robin)
    join(house, house.qigong)
    join(house, house.writing)


def test_needles_ask_everybody_for_a_clearance_that_holds_on_the_day(house):
    house.enrol(house.support_group, house.robin)
    for who in (house.robin, house.desk):
        assert refused(house, house.ears, who=who) == "clearance"
    day = house.ears_dates[0].local_date
    with pytest.raises(DomainError):
        service.note_clearance(
            identity_of(house.desk), house.robin, ClearanceKind.NEEDLES, day - timedelta(days=9)
        )
    service.note_clearance(identity_of(house.desk), house.robin, ClearanceKind.TOUCH, None)
    row = service.note_clearance(identity_of(house.desk), house.robin, ClearanceKind.NEEDLES, day)
    db.session.commit()
    assert refused(house, house.ears, house.ears_dates[1:2]) == "clearance", "it ends before that date"
    join(house, house.ears, house.ears_dates[:1])
    service.end_clearance(identity_of(house.desk), row)
    db.session.commit()
    assert [one.kind for one in clearances_of(house.robin.id)] == ["touch"]
    assert refused(house, house.ears) == "clearance"
    acts = db.session.query(AuditRow).filter(AuditRow.word.startswith("clearance")).order_by(AuditRow.id)
    words = [one.word for one in acts]
    assert words == ["clearance.noted", "clearance.noted", "clearance.ended"]


def test_with_single_dates_a_clearance_covers_every_one_and_with_all_dates_the_first(house):
    house.enrol(house.support_group, house.robin)
    until = house.ears_dates[0].local_date
    service.note_clearance(identity_of(house.desk), house.robin, ClearanceKind.NEEDLES, until)
    db.session.commit()
    assert refused(house, house.ears, house.ears_dates) == "clearance"
    assert refused(house, house.ears, house.ears_dates[:2], who=house.desk) == "clearance"
    join(house, house.ears)


def waits_in_line(house, mode, kind="qigong", dates=1):
    """A full group of a kind in which Robin, then Finch, wait, while both have other care; the seat comes free."""
    taken, finch = house.client("Hazel"), house.client("Finch")
    group = house.group("Line", modality=house.modality(kind), capacity=1, line_mode=mode)
    found = house.series(group, tomorrow_at(13), dates=2)
    for person in (taken, house.robin, finch):
        house.enrol(house.support_group, person)
        service.note_clearance(identity_of(house.desk), person, ClearanceKind.NEEDLES, None)
        db.session.commit()
        wanted = found[:dates] if dates else ()
        service.enrol(
            identity_of(person), group, person, mode="dates" if dates else "whole", occurrences=wanted
        )
        db.session.commit()
    return group, taken, finch


def states(group, *people):
    db.session.expire_all()
    return [live_of(group.id, one.id).state for one in people]


def leave(group, person):
    service.leave(identity_of(person), live_of(group.id, person.id))
    db.session.commit()


def test_whoever_has_no_other_care_by_now_is_passed_over_where_all_dates_come_free(house):
    group, taken, finch = waits_in_line(house, "at_once", dates=0)
    leave(house.support_group, house.robin)
    leave(group, taken)
    assert states(group, house.robin, finch) == ["waitlisted", "active"]


def test_alone_too_the_one_date_waited_for_is_theirs(house):
    group, taken, finch = waits_in_line(house, "at_once")
    leave(house.support_group, house.robin)
    leave(group, taken)
    assert states(group, house.robin, finch) == ["active", "waitlisted"]


@pytest.mark.parametrize("dates", [0, 1])
def test_whose_clearance_was_ended_meanwhile_is_passed_over(house, dates):
    group, taken, finch = waits_in_line(house, "at_once", "acupuncture", dates)
    [row] = clearances_of(house.robin.id)
    service.end_clearance(identity_of(house.desk), row)
    db.session.commit()
    leave(group, taken)
    assert states(group, house.robin, finch) == ["waitlisted", "active"]


@pytest.mark.parametrize("dates", [0, 1])
def test_a_yes_to_a_seat_asks_for_what_is_on_file_by_then(house, dates):
    start = clock.now()
    group, taken, _finch = waits_in_line(house, "ask_first", "acupuncture", dates)
    leave(group, taken)
    with clock.at(start + timedelta(hours=1)):
        offer = offer_of(live_of(group.id, house.robin.id), clock.now(), out=False)
        offer.out_at = start
        [row] = clearances_of(house.robin.id)
        service.end_clearance(identity_of(house.desk), row)
        db.session.commit()
        for who in (house.robin, house.desk):
            with pytest.raises(Conflict) as found:
                service.accept_offer(identity_of(who), offer)
            assert found.value.code == "clearance"
            db.session.rollback()
        service.note_clearance(identity_of(house.desk), house.robin, ClearanceKind.NEEDLES, None)
        service.accept_offer(identity_of(house.robin), offer)
        db.session.commit()
        assert states(group, house.robin) == ["active"]


@pytest.mark.parametrize("dates", [0, 1])
def test_whoever_may_not_have_it_is_not_asked(house, dates):
    group, taken, finch = waits_in_line(house, "ask_first", "acupuncture", dates)
    [row] = clearances_of(house.robin.id)
    service.end_clearance(identity_of(house.desk), row)
    db.session.commit()
    leave(group, taken)
    now = clock.now()
    assert offer_of(live_of(group.id, house.robin.id), now, out=False) is None
    assert offer_of(live_of(group.id, finch.id), now, out=False) is not None


def test_who_may_not_read_the_person_notes_nothing(house):
    other = house.another_program()
    for who in (house.robin, house.facilitator("Pike"), house.admin(), other.supervisor()):
        for verb in (
            lambda who=who: service.note_clearance(identity_of(who), house.robin, ClearanceKind.TOUCH, None),
            lambda who=who: service.confirm_alone(identity_of(who), house.robin),
            lambda who=who: service.end_confirmation(identity_of(who), house.robin),
        ):
            with pytest.raises(NotFound):
                verb()


@pytest.mark.on_sqlite
def test_the_interface_and_the_pages_ask_the_same(house, client):
    from groupsched.api.service import create_token

    _row, token = create_token(house.system, house.program, "desk", ["enrol"])
    db.session.commit()
    call = {"headers": {"Authorization": f"Bearer {token}"}, "json": {"person_id": house.robin.uid}}
    for group, code in ((house.qigong, "adds_only"), (house.ears, "clearance")):
        answer = client.post(f"/api/v1/groups/{group.uid}/enrolments", **call)
        assert (answer.status_code, answer.json["code"]) == (409, code)
    robin = client.as_(house.robin)
    page = robin.get(f"/sessions/{house.qigong.uid}").text
    assert "This adds to other care and never replaces it." in page
    assert "Before needles, a clearance has to be on file." in robin.get(f"/sessions/{house.ears.uid}").text
    about = f"/people/{house.robin.uid}"
    address = f"{about}/clearances"
    desk = client.as_(house.desk)
    assert "Confirm as a clinician" not in desk.get(address).text
    assert desk.post(address, data={"kind": "needles", "until": "2001-01-01"}).status_code == 422
    noted = desk.post(address, data={"kind": "needles", "until": ""}, follow_redirects=True).text
    assert "Noted: Needles." in noted
    assert "noted by" in noted
    [row] = clearances_of(house.robin.id)
    assert "Nothing is on file." in desk.post(f"{address}/{row.uid}/end", follow_redirects=True).text
    join(house, house.qigong, house.qigong_dates[:1])
    ivy = client.as_(house.ivy)
    assert "Complementary only, not confirmed" in ivy.get(about).text
    done = ivy.post(f"{about}/complementary", follow_redirects=True).text
    assert "Ivy" in done.partition('id="alone"')[2].partition("Cleared for")[0]
    assert "confirmed on" in done
    assert "Complementary only, not confirmed" not in ivy.get(about).text
    assert "Confirm as a clinician" in ivy.post(f"{about}/complementary/end", follow_redirects=True).text
    assert desk.post(f"{about}/complementary").status_code == 409
    assert client.as_(house.admin()).get(address).status_code == 404


@pytest.mark.on_sqlite
def test_a_group_says_that_it_stays_open_after_the_program(house, client):
    open_one = house.group("Alumni breakfast", stays_open=True)
    house.series(open_one, tomorrow_at(7), dates=2)
    browser = client.as_(house.robin)
    assert "It stays open after the program" in browser.get(f"/sessions/{open_one.uid}").text
    assert "Open after the program" in browser.get("/sessions").text
    assert "It stays open after the program" not in browser.get(f"/sessions/{house.qigong.uid}").text
    assert 'name="stays_open"' in client.as_(house.ivy).get(f"/groups/{open_one.uid}/edit").text


@pytest.mark.on_sqlite
def test_at_the_door_staff_read_what_is_asked_first_and_decide(house, client):
    date = house.soon(house.ears, in_minutes=10)
    find, words = f"/sheet/{date.uid}/walk-in/find", {"q": house.robin.record_number}
    browser = client.as_(house.desk)
    text = browser.post(find, data=words).get_data(as_text=True)
    assert "Before needles, a clearance has to be on file" in text and "Add all the same" in text
    service.note_clearance(identity_of(house.ivy), house.robin, ClearanceKind.NEEDLES, None)
    db.session.commit()
    text = browser.post(find, data=words).get_data(as_text=True)
    assert "Add and mark here" in text and "Add all the same" not in text
    join(house, house.qigong, house.qigong_dates[:1])
    text = browser.post(find, data=words).get_data(as_text=True)
    assert "adds to other care and never replaces it" in text
    added = browser.post(f"/sheet/{date.uid}/walk-in", data={"person": house.robin.uid, "op": "door-1"})
    assert added.status_code == 303
    join(house, house.support_group)
    other = house.soon(house.ears, in_minutes=20)
    find = f"/sheet/{other.uid}/walk-in/find"
    assert "Add all the same" not in browser.post(find, data=words).get_data(as_text=True)


# --- left with these alone ---


def left_alone(house):
    """Robin joins the whole of qigong beside the circle, and leaves the circle."""
    circle = join(house, house.support_group)
    join(house, house.qigong)
    service.leave(identity_of(house.robin), circle)
    db.session.commit()


def names(identity):
    return [one.first_name for one in left_with_complementary(identity, clock.now())]


def test_who_leaves_what_it_was_added_to_keeps_what_they_have_and_takes_no_more(house):
    left_alone(house)
    assert live_of(house.qigong.id, house.robin.id).state == EnrolmentState.ACTIVE
    with pytest.raises(Conflict) as refused:
        join(house, house.writing, house.writing_dates[:1])
    assert refused.value.code == "adds_only"


def test_supervisors_and_the_care_team_are_told_until_a_clinician_confirmed_it(house, world):
    cora, other = world.facilitator("Cora", "Counsel"), world.facilitator("Other", "Lead")
    world.care_for(house.robin, cora)
    join(house, house.qigong, house.qigong_dates[:1])
    assert names(identity_of(house.ivy)) == [], "one date alone is what may be"
    db.session.rollback()
    service.leave(identity_of(house.robin), live_of(house.qigong.id, house.robin.id))
    left_alone(house)
    assert names(identity_of(house.ivy)) == names(identity_of(cora)) == ["Robin"]
    assert (
        names(identity_of(other)) == names(identity_of(house.robin)) == names(identity_of(house.desk)) == []
    )
    service.confirm_alone(identity_of(house.ivy), house.robin)
    db.session.commit()
    assert names(identity_of(house.ivy)) == []


def test_other_care_ends_it_too(house):
    left_alone(house)
    join(house, house.support_group)
    assert names(identity_of(house.ivy)) == []


def test_staff_and_the_person_read_it(house, client):
    left_alone(house)
    assert "Complementary only, not confirmed" in client.as_(house.ivy).get("/today").text
    assert "Complementary only, not confirmed" in client.as_(house.ivy).get(f"/people/{house.robin.uid}").text
    words = "What you have now adds to other care"
    assert words in client.as_(house.robin).get("/my").text
    service.confirm_alone(identity_of(house.ivy), house.robin)
    db.session.commit()
    assert words not in client.as_(house.robin).get("/my").text


@pytest.mark.on_sqlite
def test_who_has_the_one_date_reads_so_and_is_offered_nothing_that_is_refused(house, client):
    join(house, house.qigong, house.qigong_dates[:1])
    for group in (house.writing, house.qigong):
        page = (
            client.as_(house.robin)
            .get(f"/sessions/{group.uid}/{queries.dates_ahead(group)[1].original_local}")
            .text
        )
        assert "You have one such date ahead" in page
        assert f'action="/sessions/{group.uid}/join"' not in page
