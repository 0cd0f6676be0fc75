"""Who has a seat hears that somebody else leads their date: once, when that is settled."""

from dataclasses import replace
from datetime import timedelta

from groupsched.accounts.models import Person
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import told_about
from groupsched.enrolment.service.messages import CHANGES_WAIT, SOON, of_date
from groupsched.outbox.service import MessageDraft, enqueue_all, withdraw
from groupsched.schedule.events import LedInstead
from groupsched.schedule.models import Occurrence


def led_instead(event: LedInstead) -> None:
    """Tell them, a little later: until then it can be taken back. Who never heard of a substitute hears nothing of their end."""
    leader = db.session.get_one(Person, event.person_id)
    found = told_about([event.occurrence_id], in_line=False)
    unheard = {one.about for one in withdraw([_about(*pair) for pair in found])} if found else set()
    if event.back:
        found = [pair for pair in found if _about(*pair) not in unheard]
    enqueue_all(_draft(enrolment, date, leader) for enrolment, date in found)


def _draft(enrolment: Enrolment, date: Occurrence, leader: Person) -> MessageDraft:
    key = f"led:{date.uid}:{date.sequence}:{leader.id}:{enrolment.uid}"
    draft = of_date("led_instead", enrolment, key, date, name=leader.first_name)
    after = CHANGES_WAIT if date.start > clock.now() + SOON else timedelta(0)
    about = _about(enrolment, date)
    return replace(draft, after=after, about=about, group_id=enrolment.group_id, useful_until=date.start)


def _about(enrolment: Enrolment, date: Occurrence) -> str:
    return f"{enrolment.uid}/led/{date.uid}"
