"""What becomes of the dates of closed days: moved within their week, and asked of where nobody has decided yet."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.outbox.carriers import FolderCarrier
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.queries import asked_dates, asks_open, covers_of
from groupsched.schedule.rules import (
    ClosedDays,
    CoverState,
    DisplacedDate,
    HoursSpan,
    OccurrenceStatus,
    another_time,
)
from groupsched.schedule.service import (
    DatesTaken,
    answer_of_series,
    ask_for_cover,
    close,
    decide_dates,
    ripple,
    set_hours,
)
from tests.conftest import identity_of
from tests.factories import ZONE
from tests.schedule.test_closures import house, new_year
from tests.schedule.test_planning import NOW

__all__ = ["house"]


def local(moment):
    return f"{moment.astimezone(ZoneInfo(ZONE)):%d.%m. %H:%M}"


def test_another_time_is_the_next_free_one_of_the_week():
    def thursday(hour, day=10):
        return datetime(2026, 12, day, hour, tzinfo=UTC)

    one = DisplacedDate(thursday(10), thursday(11), "UTC")
    whole = (thursday(0), thursday(0, 11))
    assert another_time(one, [whole], NOW)[0] == thursday(10, 11)
    friday = (thursday(0, 11), thursday(0, 12))
    assert another_time(one, [whole, friday], NOW)[0] == thursday(10, 9), "at the weekend nobody is there"
    meets = DisplacedDate(one.start, one.end, "UTC", frozenset({thursday(0, 9).date()}))
    assert another_time(meets, [whole, friday], NOW)[0] == thursday(10, 8)
    tens = [(thursday(10, day), thursday(11, day)) for day in range(7, 12)]
    assert another_time(one, tens, NOW)[0] == thursday(8, 7), "at another hour where its own is taken"
    late = thursday(9, 10)
    assert another_time(one, [whole], late)[0] == thursday(10, 11)
    assert another_time(one, [whole, friday], late) is None, "what is over is no time"


def test_dates_move_within_their_week_and_each_person_gets_one_mail_of_all_groups(world, house, tmp_path):
    """What is proposed is free for room and leader; whoever is looked for no more is said, and their question ends."""
    circle, _stretch, _online = house
    admin, kit = identity_of(world.supervisor()), world.facilitator("Kit")
    other = world.group("Talk", led_by=kit)
    world.series(other, datetime(2026, 12, 30, 15), dates=1)
    with clock.at(NOW):
        works = {day: HoursSpan(8 * 60, 17 * 60) for day in (1, 2, 3)}
        set_hours(admin, circle.facilitators[0].person, works)
        wanted = [new_year(world)]
        ten, three, online = before = ripple(admin, wanted).dates
        # On Friday who leads does not work; on Wednesday the room is taken at three.
        assert [local(one.free[0]) for one in (ten, three)] == ["30.12. 10:00", "29.12. 15:00"]
        ask_for_cover(admin, three.date, [kit])
        answers = {one.date.uid: ClosedDays.SKIP for one in before}
        answers |= {ten.date.uid: ten.free[0], online.date.uid: ClosedDays.KEEP}
        tried = ripple(admin, wanted, answers)
        assert [(one.id, start) for one, start in tried.moved] == [(ten.date.id, ten.free[0])]
        assert [one.occurrence_id for one in tried.covers] == [three.date.id]
        for person in tried.people:
            person.email = f"{person.first_name.lower()}@example.org"
        known = set(db.session.scalars(select(Message.id)))
        _rows, done = close(admin, wanted, answers)
        db.session.commit()
        assert (done.off, done.people, done.moved) == (tried.off, tried.people, tried.moved)
        assert ten.date.start == ten.free[0] and ten.date.status == OccurrenceStatus.SCHEDULED
        db.session.expire_all()
        assert not asks_open(clock.now()) and covers_of(three.date)[0].state is CoverState.LAPSED
        rows = db.session.scalars(select(Message).where(Message.id.not_in(known))).all()
        assert {row.person_id for row in rows} == {person.id for person in tried.people}
        assert sorted(row.kind for row in rows) == ["cancelled", "moved", "moved"]
    with clock.at(NOW + timedelta(hours=1)):
        deliver_due(carrier=FolderCarrier(tmp_path))
    texts = [_text(path) for path in sorted(tmp_path.rglob("*.eml"))]
    changed = [text for text in texts if "Dec 31" in text or "31 Dec" in text]
    (both,) = [text for text in changed if "some of your appointments have changed" in text]
    assert len(changed) == 2 and both.count("Hello") == 1 and both.count("/m/") == 2
    assert "will not take place" in both and "fewer messages" in both


def _text(path):
    return message_from_bytes(path.read_bytes(), policy=default).get_content()


def test_what_is_taken_meanwhile_is_refused_and_nothing_is_closed(world, house):
    admin, kit = identity_of(world.admin()), world.facilitator("Kit")
    with clock.at(NOW):
        wanted, answers = [new_year(world)], {}
        for one in ripple(admin, wanted).dates:
            answers[one.date.uid] = one.free[0] if one.date.group.title == "Circle" else ClosedDays.KEEP
        start = next(one for one in answers.values() if isinstance(one, datetime)).astimezone(ZoneInfo(ZONE))
        other = world.group("Talk", led_by=kit)
        world.series(other, start.replace(tzinfo=None), dates=1)
        with pytest.raises(DatesTaken):
            close(admin, wanted, answers)
        db.session.rollback()


def test_dates_that_come_under_a_closed_day_later_are_asked_of_until_somebody_decides(world, house, client):
    circle, stretch, _online = house
    admin = world.admin()
    who = identity_of(admin)
    with clock.at(NOW):
        dates = db.session.scalars(
            select(Occurrence).where(Occurrence.group_id == circle.id).order_by(Occurrence.start)
        ).all()
        series = db.session.scalars(select(Series).where(Series.group_id.in_([circle.id, stretch.id])))
        answer_of_series(who, {one.id: ClosedDays.ASK for one in series})
        close(who, [new_year(world)], {}, each=False)
        db.session.commit()
        assert [one.group.title for one, _row in asked_dates(who)] == ["Circle", "Stretching"]
        assert asked_dates(identity_of(world.front_desk())) == []
        browser = client.as_(admin)
        assert "2 dates wait for an answer" in browser.get("/today").text
        page = browser.get("/closures").text
        assert "To decide" in page and f'name="answer-{dates[4].uid}"' in page
        kept = {one.uid: ClosedDays.KEEP for one, _row in asked_dates(who) if one.group_id != circle.id}
        assert not decide_dates(who, kept).people
        db.session.commit()
        assert [one.id for one, _row in asked_dates(who)] == [dates[4].id], "what is decided is asked no more"
        sent = browser.post("/closures/decide", data={f"answer-{dates[4].uid}": "skip", "answer-x": "keep"})
        assert sent.status_code == 303
        db.session.expire_all()
        assert dates[4].reason == "New Year’s Eve" and dates[4].closed
        assert not asked_dates(who) and "To decide" not in browser.get("/closures").text
        assert "Dates on closed days" not in browser.get("/today").text
