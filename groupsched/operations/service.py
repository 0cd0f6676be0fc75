"""Mails to staff about their work: what waits for those who lead, at once or in one mail a day, as they chose."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from groupsched.accounts.models import Person
from groupsched.accounts.rules import StaffMail
from groupsched.core.db import db
from groupsched.core.i18n import ngettext
from groupsched.core.regions import speaking
from groupsched.enrolment.rules import Quiet
from groupsched.enrolment.service import bullets
from groupsched.operations.queries import StaffReader, staff_news, staff_readers
from groupsched.operations.rules import NEWS_FOR, StaffNews, news_to_send
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from groupsched.outbox.service import MessageDraft, enqueue_all, sent_together, when_fields, withdraw, wording

KINDS = (
    "staff_request",
    "staff_unfinished_sheet",
    "staff_changed",
    "staff_undelivered",
    "staff_sought",
    "staff_cover",
    "staff_few",
    "staff_leads",
    "staff_care",
    "staff_form",
)


def tell_staff(now: datetime) -> None:
    """Put the mails about what waits into the outbox, each piece of news once to each reader, and take back what is no
    news any more and has not gone out. What is new to somebody at once is one mail: who is away for a week asks for nine
    dates. For the worker."""
    news = staff_news(now)
    readers = staff_readers({number for one in news for number in one.readers})
    _take_back_what_is_over(news, readers)
    told = _told({_key(one, reader.person) for reader in readers for one in news})
    since = _last_daily(now, readers)
    with sent_together():
        for reader in readers:
            own = [one for one in news if reader.reads(one) and _key(one, reader.person) not in told]
            enqueue_all(_mails(reader, own, now, since.get(reader.person.id)))


def _mails(
    reader: StaffReader, news: Sequence[StaffNews], now: datetime, since: datetime | None
) -> Iterable[MessageDraft]:
    person, daily = reader.person, reader.person.staff_mail is StaffMail.DAILY
    hours = (time.fromisoformat(person.quiet_from), time.fromisoformat(person.quiet_until))
    quiet = Quiet(*hours, ZoneInfo(reader.zone))
    due = news_to_send(news, now, quiet, daily=daily, since=since)
    if daily and due:
        return [_daily(person, due, now, quiet)]
    return [_at_once(person, one) for one in due]


def _at_once(person: Person, news: StaffNews) -> MessageDraft:
    words = when_fields(person, news.moment, news.zone)
    said = {**words, "first_name": person.first_name, "count": news.count, "link": news.link}
    kind = news.says or news.kind
    takes = wording().kinds[kind].placeholders
    key = _key(news, person)
    return MessageDraft(kind, person, key, {name: said[name] for name in takes}, about=key)


def _daily(person: Person, news: Sequence[StaffNews], now: datetime, quiet: Quiet) -> MessageDraft:
    """A line for each kind of news. Of no use any more when the next one comes."""
    with speaking(person.language, person.program_id):
        lines = bullets(_lines(Counter(one.kind for one in news)))
    fields = {"first_name": person.first_name, "lines": lines, "link": "/today"}
    key = f"staff-daily:{person.uid}:{quiet.ended(now):%Y%m%d}"
    useful = quiet.ended(now) + timedelta(days=1)
    return MessageDraft("staff_daily", person, key, fields, useful_until=useful, about="staff/daily")


def _lines(counts: Counter[str]) -> list[str]:
    asked, open_sheets, changed, lost, sought, covers, few, leads, care, forms = (
        counts[kind] for kind in KINDS
    )
    said = {
        ngettext("%(num)s request waits for an answer.", "%(num)s requests wait for an answer.", asked): asked,
        ngettext("%(num)s sheet is not finished.", "%(num)s sheets are not finished.", open_sheets): open_sheets,
        ngettext(
            "%(num)s change by somebody else.", "%(num)s changes by somebody else.", changed
        ): changed,
        ngettext("%(num)s message did not arrive.", "%(num)s messages did not arrive.", lost): lost,
        ngettext("%(num)s colleague looked up many people.", "%(num)s colleagues looked up many people.", sought): sought,
        ngettext("%(num)s date looks for somebody to lead it.", "%(num)s dates look for somebody to lead them.", covers): covers,
        ngettext("%(num)s date has fewer people than it needs.", "%(num)s dates have fewer people than they need.", few): few,
        ngettext("%(num)s change of who leads.", "%(num)s changes of who leads.", leads): leads,
        ngettext("%(num)s hand-over to you.", "%(num)s hand-overs to you.", care): care,
        ngettext("%(num)s form to read.", "%(num)s forms to read.", forms): forms,
    }  # fmt: skip
    return [words for words, number in said.items() if number]


def _take_back_what_is_over(news: Sequence[StaffNews], readers: Sequence[StaffReader]) -> None:
    waiting = select(Message.about).where(Message.state == MessageState.WAITING, Message.kind.in_(KINDS))
    open_ones = {
        _key(one, reader.person)
        for reader in readers
        for one in news
        if reader.reads(one) and reader.person.staff_mail is StaffMail.AT_ONCE
    }
    over = [about for about in db.session.scalars(waiting) if about not in open_ones]
    if over:
        withdraw(over)


def _told(keys: set[str]) -> set[str]:
    return set(db.session.scalars(select(Message.key).where(Message.key.in_(keys)))) if keys else set()


def _last_daily(now: datetime, readers: Sequence[StaffReader]) -> dict[int, datetime]:
    query = select(Message.person_id, func.max(Message.created_at)).where(
        Message.person_id.in_([reader.person.id for reader in readers]),
        Message.kind == "staff_daily",
        Message.created_at > now - NEWS_FOR,
    )
    rows = db.session.execute(query.group_by(Message.person_id)) if readers else ()
    return {number: at for number, at in rows if number is not None}


def _key(news: StaffNews, person: Person) -> str:
    return f"{news.about}/{person.uid}"
