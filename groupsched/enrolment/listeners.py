"""What this room hears from the rooms below."""

from flask import Flask

from groupsched.accounts.events import ClientRoleEnded, GroupsOf, LeadersOf, PeopleLedBy
from groupsched.catalog.events import GroupChanged, GroupRetired
from groupsched.core.events import subscribe
from groupsched.enrolment import service
from groupsched.enrolment.queries import groups_of, leaders_of, people_led_by, told_about
from groupsched.schedule.events import (
    DatesReplanned,
    Impact,
    ImpactOf,
    OccurrenceCancelled,
    OccurrencesAdded,
    OccurrencesChanged,
    OccurrencesDropped,
    SeriesChanged,
)


def connect(app: Flask) -> None:
    """Seats and lines follow the dates; people hear of what is cancelled."""
    subscribe(
        app, OccurrencesAdded, lambda event: service.occurrences_added(event.group_id, event.occurrence_ids)
    )
    subscribe(
        app,
        OccurrencesChanged,
        lambda event: service.occurrences_changed(event.group_id, event.occurrence_ids),
    )
    subscribe(app, OccurrenceCancelled, lambda event: service.occurrence_cancelled(event.occurrence_id))
    subscribe(
        app,
        OccurrencesDropped,
        lambda event: service.occurrences_dropped(event.group_id, event.occurrence_ids),
    )
    subscribe(
        app,
        DatesReplanned,
        lambda event: service.dates_replanned(event.group_id, event.moved, event.dropped),
    )
    subscribe(app, GroupChanged, lambda event: service.group_changed(event.group_id))
    subscribe(app, SeriesChanged, lambda event: service.group_changed(event.group_id))
    subscribe(app, GroupRetired, lambda event: service.group_retired(event.group_id))
    subscribe(app, ImpactOf, _impact)
    subscribe(app, PeopleLedBy, lambda question: people_led_by(question.facilitator_id))
    subscribe(app, GroupsOf, lambda question: groups_of(question.person_id))
    subscribe(app, ClientRoleEnded, lambda event: service.client_role_ended(event.person_id))
    subscribe(app, LeadersOf, lambda question: leaders_of(question.person_id))


def _impact(question: ImpactOf) -> Impact:
    people = frozenset(enrolment.person_id for enrolment, _date in told_about(question.occurrence_ids))
    return Impact(people=people)
