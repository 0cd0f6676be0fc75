"""What this room hears from the rooms below."""

from flask import Flask

from groupsched.accounts.events import AccountSwitched, ClientRoleEnded
from groupsched.catalog.events import GroupChanged, GroupRetired, LeadersCome, RetiringUndone
from groupsched.core.events import subscribe, subscribe_at_end
from groupsched.enrolment import service
from groupsched.enrolment.events import EnrolmentsChanged
from groupsched.enrolment.queries import (
    asking,
    come_to_all,
    elsewhere,
    slot_holders,
    touched_by,
)
from groupsched.schedule.events import (
    ComeToAll,
    DatesChanged,
    Impact,
    ImpactOf,
    LeadsDate,
    LedInstead,
    NeverHeard,
    PeopleElsewhere,
    RequestsToAnswer,
    SeatsToGive,
    SlotHolders,
    TopicsChanged,
)


def connect(app: Flask) -> None:
    """Seats and lines follow the dates; people hear of what is cancelled."""
    subscribe(app, DatesChanged, service.dates_changed)
    subscribe(app, GroupChanged, service.keep_people_in_slots)
    subscribe(app, GroupChanged, service.forget_pools)
    subscribe(app, GroupRetired, lambda event: service.group_retired(event.group_id))
    subscribe(app, RetiringUndone, service.retiring_undone)
    found_anew = (GroupChanged, GroupRetired, DatesChanged, TopicsChanged)
    subscribe_at_end(app, found_anew, service.catalogue_changed)
    subscribe(app, LedInstead, service.led_instead)
    subscribe(app, EnrolmentsChanged, service.follow_hosts)
    subscribe(app, LeadersCome, service.leaders_come)
    subscribe(app, LeadsDate, service.leads_date)
    subscribe(app, ImpactOf, _impact)
    subscribe(app, NeverHeard, service.who_never_heard)
    subscribe(app, ComeToAll, come_to_all)
    subscribe(app, SeatsToGive, service.who_would_move_up)
    subscribe(app, PeopleElsewhere, elsewhere)
    subscribe(app, RequestsToAnswer, _asking)
    subscribe(app, SlotHolders, lambda question: slot_holders(question.timeslot_ids))
    subscribe(app, ClientRoleEnded, lambda event: service.client_role_ended(event.person_id))
    subscribe(app, AccountSwitched, lambda event: service.account_switched(event.person_id))


def _asking(question: RequestsToAnswer) -> dict[int, int]:
    return {group.id: number for group, number in asking(question.identity)}


def _impact(question: ImpactOf) -> Impact:
    """Who would hear of it."""
    found = touched_by(question.occurrence_ids, whole_line=question.whole_line)
    return Impact(people=frozenset(enrolment.person for enrolment, _date in found))
