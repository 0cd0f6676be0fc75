"""A group that started 25 minutes ago, with the people it expects and those who may write on its sheet."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.queries import live_of
from tests.conftest import identity_of
from tests.factories import ZONE
from tests.kept import kept

NAMES = [("Ash", "Doorbell"), ("Basil", "Cardigan"), ("Jo", "Marmalade"), ("Jo", "Matchbox")]


class Morning:
    """The morning group, its date, and the people around it."""

    def __init__(self, world, **group):
        self.world = world
        self.ossian = world.facilitator()
        self.group = world.group(led_by=self.ossian, **group)
        self.occurrence = world.soon(self.group, in_minutes=-25)
        self.people = [world.client(*name) for name in NAMES]
        self.ash, self.basil, self.mar, self.mat = self.people
        self.enrol(*self.people)

    @property
    def leader(self):
        return identity_of(self.ossian)

    def enrol(self, *people):
        """These people in every date, for ten weeks already."""
        self.world.enrol(self.group, *people, at=self.occurrence.start - timedelta(days=70))

    def cannot_come(self, person, *, hours_before=12):
        """Somebody gives up the seat of the date, so many hours before it begins."""
        with clock.at(self.occurrence.start - timedelta(hours=hours_before)):
            service.cannot_come(identity_of(person), self.occurrence, person)
        db.session.commit()

    def leaves(self, person):
        """Somebody leaves the group a minute before the date begins."""
        with clock.at(self.occurrence.start - timedelta(minutes=1)):
            service.leave(identity_of(person), live_of(self.group.id, person.id))
        db.session.commit()

    def earlier(self, weeks):
        """A date of the same group so many weeks before, at the same time on the clock of the wall."""
        wall = self.occurrence.start.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)
        return self.world.series(self.group, wall - timedelta(weeks=weeks), dates=1)[0]

    def strangers(self):
        """Everybody who must not know of this sheet, by why."""
        other = self.world.another_program()
        return {
            "a facilitator of another group": self.world.facilitator("Juniper", "Placeholder"),
            "a client": self.ash,
            "an admin": self.world.admin(),
            "the desk of another program": other.front_desk(),
            "a supervisor of another program": other.supervisor(),
        }


@kept
def morning(world):
    return Morning(world)


@kept
def drop_in(world):
    """The same, for a group that anybody may just come to."""
    return Morning(world, access="open")
