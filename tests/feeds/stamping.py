"""A walk at random over all that changes what a calendar says, or what it does not say: beside the dates themselves, titles, rooms,
own words, language, seats, leaving and coming back, and the days that go by."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from groupsched.accounts.models import Person
from groupsched.catalog.models import Modality, Place
from groupsched.catalog.service import fields_of, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import live_of
from groupsched.enrolment.service import enrol, leave
from groupsched.feeds.models import Feed
from groupsched.feeds.service import keep_own_words, update_feed
from tests.conftest import identity_of
from tests.feeds import walking
from tests.feeds.walking import Walk


class StampWalk(Walk):
    """One group, with Robin in all of it and Reed in single dates."""

    def begin(self):
        super().begin()
        self.reed = self.world.client("Reed")
        self.others = [self.world.client("Else", f"Where {number}") for number in range(3)]
        with clock.at(self.now):
            dates = [one for one in (self.some() for _n in range(4)) if one is not None]
            self.world.enrol(self.group, self.reed, dates=list({one.id: one for one in dates}.values()))

    def edit(self, **said):
        update_group(self.me, self.group, replace(fields_of(self.group), **said), self.group.version)
        return str(said)


def renames_a_room(walk):
    room = db.session.get(Place, walk.rng.choice(walk.rooms).id)
    setattr(room, walk.rng.choice(("name", "address")), f"Room {len(walk.steps)} {room.id}")
    _offered(walk)
    return room.name


def says_its_kind_otherwise(walk):
    kind = db.session.get(Modality, walk.group.modality_id)
    name, language = walk.rng.choice(("bring", "summary", "happens")), walk.rng.choice(("en", "es"))
    texts = {key: dict(value) for key, value in kind.texts.items()}
    texts.setdefault(language, {})[name] = f"Words {len(walk.steps)}"
    kind.texts = texts
    _offered(walk)
    return f"{name}.{language}"


def _offered(walk):
    """As the pages of the catalogue say it: the calendars of a program are made anew."""
    from groupsched.catalog.events import OfferChanged
    from groupsched.core.events import publish

    db.session.flush()
    publish(OfferChanged(walk.group.program_id))


def calls_it_otherwise(walk):
    words = f"Circle {len(walk.steps)}"
    return walk.edit(
        **walk.rng.choice(({"title": words}, {"description": words}, {"texts": {"es": {"title": words}}}))
    )


def nothing_that_a_calendar_says(walk):
    return walk.edit(
        **walk.rng.choice(({"capacity": walk.rng.randint(20, 40)}, {"hidden": not walk.group.hidden}))
    )


def saves_it_as_it_is(walk):
    return walk.edit()


def own_words(walk):
    words = walk.rng.choice(("", "Chess", "Swimming"))
    keep_own_words(identity_of(walk.robin), walk.robin.id, {walk.group.id: words})
    return words or "none"


def another_language(walk):
    person = db.session.get(Person, walk.robin.id)
    person.language = walk.rng.choice(("en", "es"))
    return person.language


def another_name_of_the_link(walk):
    for feed in db.session.scalars(select(Feed).where(Feed.person_id == walk.robin.id).order_by(Feed.id)):
        update_feed(identity_of(walk.robin), feed, f"Phone {len(walk.steps)}", feed.titles)
    return "name"


def robin_leaves_or_comes_back(walk):
    live = live_of(walk.group.id, walk.robin.id)
    if live is not None:
        leave(identity_of(walk.robin), live)
        return "Robin leaves"
    enrol(identity_of(walk.robin), walk.group, walk.robin)
    return "Robin is back"


def somebody_else_joins(walk):
    other = walk.others.pop() if walk.others else None
    return other is not None and str(enrol(identity_of(other), walk.group, other).enrolment)


def days_go_by(walk):
    walk.now += timedelta(days=walk.rng.choice((1, 3, 8, 40)))
    return str(walk.now)


OF_DATES = tuple(verb for verb in walking.VERBS if verb is not walking.retires)
OF_WORDS = (
    renames_a_room, says_its_kind_otherwise, calls_it_otherwise, nothing_that_a_calendar_says, saves_it_as_it_is, own_words,
    another_language, another_name_of_the_link, robin_leaves_or_comes_back, somebody_else_joins, days_go_by, days_go_by,
)  # fmt: skip
