"""What holds of every page for every role, of which each is opened once: it asks the database at most twelve times, however
long its lists and for who waits like everybody; it says of groups what they say in its language; staff can cover it."""

import json
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.api.service import create_token
from groupsched.attendance.service import add_call, add_walk_in
from groupsched.care.service import ask_for_call, begin_trial
from groupsched.catalog.models import Group, ListingSource, ServiceType, Term, UnitPreset
from groupsched.catalog.queries import said_of_service_types
from groupsched.core.db import db
from groupsched.enrolment.queries import dates_ahead, live_of
from groupsched.enrolment.rules import EnrolmentMode
from groupsched.enrolment.service import enrol
from groupsched.exchange.service import import_listings
from groupsched.facilitation.queries import library_rows
from groupsched.feeds.service import create_feed
from groupsched.questionnaires import service as asked
from groupsched.questionnaires.queries import questionnaires
from groupsched.questionnaires.rules import Audience, Given
from groupsched.schedule.service import add_topics, ask_for_cover, save_pattern
from groupsched.upkeep.rules import RecordKind
from tests.conftest import identity_of
from tests.exchange.test_rules import row
from tests.factories import ZONE
from tests.house.test_no_500 import address, rules

MOST = 12

MORE = {
    # Care team, three kinds that are tried, clearances, attendance, groups before: each of another room.
    ("register.person", "supervisor"): 13,
    ("register.person", "leader"): 14,
    # Who reads there: tasks, forms to read by when, who has complementary kinds alone, cohorts, cover, and what is written down of it.
    ("home.today", "leader"): 15,
    ("home.today", "supervisor"): 14,
    # Where it is full: whether they have single dates there.
    ("enrolment.ask_to_switch", "client"): 13,
    # What happens there, part by part.
    **{("enrolment.date_page", role): 13 for role in ("client", "leader", "desk", "supervisor", "admin")},
}
# Pages that only show in the middle of something, or in a demo.
# That of one's own second step is for who has a password; those of leaving are counted in

SELDOM = {
    "register.apart_pair", "register.guest_copy", "enrolment.guest", "enrolment.change_cohort",
    "accounts.device_offer", "accounts.fewer", "accounts.own_second_step", "accounts.pair", "accounts.unlock",
    "accounts.welcome", "attendance.row", "care.another_group", "care.reflection", "care.went", "attendance.sign", "door.door", "enrolment.ask_to_give_up",
    "enrolment.ask_to_leave", "enrolment.offer", "enrolment.remove", "exchange.taking_back", "home.mail_link", "outbox.mail",
    "outbox.mails", "schedule.closure", "schedule.delete_draft", "schedule.give_dates",
}  # fmt: skip


class Busy:
    """A program in which there are `many` of everything: groups, people in them and waiting, requests, sheets, rows of audit.

    Robin is in one group, waits for all others, for single dates of half of them, and asks for a referral group of each.
    """

    def __init__(self, world, many):
        self.world, self.many = world, many
        self.sup, self.desk, self.admin = world.supervisor(), world.front_desk(), world.admin()
        self.lead = world.facilitator()
        self.robin = world.client(email="robin@example.org")
        self.others = [world.client(f"Person{number}") for number in range(many)]
        self.by = identity_of(self.sup)
        # What was done last stands first on the pages of acts: there it is to be groups.
        form, handed_over = self.forms()
        self.full = [self.fill(number) for number in range(many)]
        self.group = world.group("Everybody", led_by=self.lead, capacity=many + 1)
        self.ran = world.soon(self.group, dates=3)
        db.session.refresh(self.group)
        for person in (self.robin, *self.others):
            enrol(self.by, self.group, person, accept_clash=True)
        self.closed = [self.ask(number) for number in range(many)]
        self.short = self.line()
        self.feed, _url = create_feed(identity_of(self.robin), self.robin, "Phone", "full", "mine")
        leader = identity_of(self.lead)
        self.topics = add_topics(leader, self.group, "\n".join(f"Topic {number}" for number in range(many)))
        self.saved = save_pattern(leader, self.group, "Template", {"title": "Again"})
        for number in range(many):
            world.place(f"Room {number}")
            world.modality(f"kind-{number}")
        for person in (self.robin, *self.others):
            add_walk_in(identity_of(self.lead), self.ran, person)
        self.ahead = dates_ahead(self.group)[-1]
        self.tried = self.tries()
        self.call = ask_for_call(identity_of(self.robin), "+1 202 555 0111")
        self.things = {
            "enrolment.answering": live_of(self.closed[0].id, self.robin.id).uid,
            "enrolment.ask_to_switch_them": live_of(self.group.id, self.robin.id).uid,
            "schedule.edit_date": self.ahead.uid, "schedule.end_series": self.ahead.series.uid,
            "schedule.saved_pattern": self.saved.uid,
            "upkeep.rule": RecordKind.MAIL_TEXT.value,
            "schedule.cover": self.cover().occurrence.uid, "schedule.cover_answer": self.cover().uid,
            "house.house": world.site.uid, "house.state": world.site.uid, "calls.call": add_call(self.by, self.robin).uid,
            "catalog.service_type": db.session.scalars(select(ServiceType.uid)).first(),
            "catalog.unit": db.session.scalars(select(UnitPreset.uid)).first(),
            "catalog.site": world.site.uid, "catalog.modality": world.support.uid, "catalog.place": world.room.uid,
            "catalog.term": db.session.scalars(select(Term.uid)).first(), "exchange.source": self.source(),
            "care.own_call": self.call.uid, "care.call_now": self.call.uid, "questionnaires.form": form.uid, "facilitation.sheet": library_rows(world.program.id)[0].uid, "questionnaires.response": handed_over.uid,
            "api.end": create_token(System(), world.program, "Website", ["read"])[0].uid,
        }  # fmt: skip
        db.session.commit()
        self.roles = {
            "visitor": None,
            "client": self.robin,
            "leader": self.lead,
            "desk": self.desk,
            "supervisor": self.sup,
            "admin": self.admin,
        }

    def tries(self):
        """Robin tries three kinds."""
        dates = []
        for number, kind in enumerate(("art", "movement", "therapy")):
            modality = self.world.modality(f"tried-{kind}", kind=kind)
            group = self.world.group(f"To try {number}", led_by=self.lead, modality=modality)
            dates.append(self.world.soon(group, in_minutes=1000 + 1440 * number, dates=3))
        begin_trial(identity_of(self.robin), self.robin, [one.uid for one in dates])
        return dates[0]

    def forms(self):
        """A form that Robin filled in, handed over to the care team, amended as often, and is at again; who leads is on the team."""
        self.world.care_for(self.robin, self.lead)
        mine = identity_of(self.robin)
        [form] = [row for row in questionnaires(self.world.program.id) if row.key == "first-talk"]
        version = asked.publish_draft(self.by, form)
        first = last = asked.respond(
            mine, self.robin, version, {"brings": Given("A long week")}, Audience.CARE_TEAM
        )
        for _number in range(self.many):
            last = asked.amend(mine, last)
            asked.hand_over(mine, last)
        self.begun = asked.begin(mine, self.robin, version)
        return form, first

    def source(self):
        """A directory whose listings were brought in."""
        feed = json.dumps([row(slug=f"meeting-{number}") for number in range(self.many)])
        import_listings(System(), self.world.program, feed, source="north", timezone=ZONE)
        return db.session.scalars(select(ListingSource.uid)).first()

    def fill(self, number):
        """A group whose one seat is somebody else's, and whose line Robin stands in: for the group, or for single dates."""
        group = self.world.group(f"Full {number}", led_by=self.lead, capacity=1)
        self.world.soon(group, in_minutes=600 + 200 * number, dates=3)
        db.session.refresh(group)
        enrol(self.by, group, self.others[number], accept_clash=True)
        dates = dates_ahead(group) if number % 2 else ()
        mode = EnrolmentMode.DATES if dates else EnrolmentMode.WHOLE
        enrol(self.by, group, self.robin, mode=mode, occurrences=dates, accept_clash=True)
        return group

    def ask(self, number):
        """A group by referral that Robin and everybody asks to join."""
        group = self.world.group(f"Closed {number}", led_by=self.lead, access="referral")
        self.world.soon(group, in_minutes=700 + 200 * number, dates=2)
        db.session.refresh(group)
        for person in (self.robin, self.others[number]):
            enrol(identity_of(person), group, person, accept_clash=True)
        return group

    def line(self):
        """A group with one seat and a line of many."""
        group = self.world.group("Short", led_by=self.lead, capacity=1)
        self.world.soon(group, in_minutes=60, dates=3)
        db.session.refresh(group)
        for person in (*self.others, self.robin):
            enrol(self.by, group, person, accept_clash=True)
        return group

    def cover(self):
        """A date that somebody cannot lead, and which the leader of all other groups is asked to lead."""
        if not hasattr(self, "asked"):
            group = self.world.group("Qigong", led_by=self.world.facilitator("Juniper"))
            date = self.world.soon(group, in_minutes=3000)
            self.asked = ask_for_cover(self.by, date, [self.lead])
        return self.asked

    def addresses(self, app):
        """Every page, and those with an id in them for each thing that makes a page long."""
        long = {
            "/groups": [self.group, self.short, self.closed[0]],
            "/sessions": [self.group, self.short, self.full[0]],
        }
        known = {"key": "client", "feed_id": self.feed.uid, "when": self.ran.original_local, "language": "en"}
        known |= {"topic": self.topics[0].uid, "part": "h1", "/forms": self.begun.uid}
        known["/questionnaires"] = self.things["questionnaires.form"]
        known |= {
            "/sheet": self.ran.uid,
            "/occurrences": self.ran.uid,
            "/calendar": self.feed.uid,
            "/people": self.robin.uid,
            "date": self.tried.uid,
            "grant_id": str(self.robin.grants[0].id),
        }
        for rule in rules(app, api=False):
            if "GET" not in rule.methods:
                continue
            begin = "/" + rule.rule.split("/")[1]
            if rule.endpoint in self.things:
                one = self.things[rule.endpoint]
                yield rule.endpoint, address(rule, {"uid": one, "key": one, begin: one})
                continue
            for uid in [one.uid for one in long.get(begin, ())] or [known.get(begin, "unknown")]:
                yield rule.endpoint, address(rule, {**known, "uid": uid, begin: uid})


# The address of the public feed is no page; the session in which the program was made forgets it before anybody reads.
NO_PAGES = {"feeds.public", "feeds.date", "feeds.feed", "exchange.template", "house.first"}
# The form shows the first words and those of each language, each in its own field.
FORM = "schedule.edit_group"
SHOWN = {
    "attendance.did_not_meet", "attendance.sheet", "audit.looks", "audit.rows", "enrolment.bring",
    "enrolment.date_page", "enrolment.find", "enrolment.gone", "enrolment.group_page", "enrolment.mine",
    "enrolment.roster", "feeds.calendar", "feeds.link", "feeds.own", "home.my", "home.today", "register.person",
    "schedule.bring_back", "schedule.cancel_occurrence", "schedule.edit_date", "schedule.end_series", "schedule.group",
    "schedule.groups", "schedule.new_series", "schedule.retire",
}  # fmt: skip


@dataclass(frozen=True)
class Opened:
    """What somebody in a role got at an address, and how often the database was asked for it."""

    role: str
    endpoint: str
    where: str
    status: int
    html: str
    asked: int


@dataclass(frozen=True)
class Walk:
    """Every page, opened by every role in Spanish, of a program whose groups say so; the first names of its clients."""

    opened: list[Opened]
    names: list[str]


@pytest.fixture(scope="module")
def walks():
    """The walk over each kind of database, once it was made."""
    return {}


@pytest.fixture
def walk(request, walks, database):
    """The walk, which the first test that asks for it makes."""
    if database not in walks:
        app, world, statements = map(request.getfixturevalue, ("app", "world", "statements"))
        # What grows with a list grows on both; PostgreSQL opens each page for each role, of a program that is made in a tenth of the time.
        busy = Busy(world, 30 if database.startswith("sqlite") else 3)
        in_spanish(busy)
        names = [person.first_name for person in (busy.robin, *busy.others)]
        walks[database] = Walk(list(opened_by_everybody(app, busy, statements)), names)
    return walks[database]


def in_spanish(busy):
    """Everybody reads Spanish, and so does what each group says of itself."""
    for number, group in enumerate(db.session.scalars(select(Group))):
        group.plain_title, group.plain_description = f"Firstwords {number}", "Firstwords of it."
        group.texts = {"es": {"title": f"Dicho {number}", "description": "Dicho así."}}
    for person in filter(None, busy.roles.values()):
        person.language = "es"
    db.session.commit()


def opened_by_everybody(app, busy, statements):
    pages = [(endpoint, where) for endpoint, where in busy.addresses(app) if endpoint not in NO_PAGES]
    readers = {role: app.test_client().as_(person) for role, person in busy.roles.items()}
    # What can be searched, and what groups count as, is read once for a revision of the catalogue.
    app.test_client().get("/sessions", headers={"Accept-Language": "es"})
    said_of_service_types(busy.world.program.id)
    for role, browser in readers.items():
        for endpoint, where in pages:
            db.session.close()
            before = len(statements())
            answer = browser.get(where, headers={"Accept-Language": "es"})
            html = answer.text if answer.mimetype == "text/html" else ""
            yield Opened(role, endpoint, where, answer.status_code, html, len(statements()) - before)


def test_every_page_asks_at_most_twelve_times_for_every_role(walk):
    found = [
        (one.asked, one.role, one.status, one.endpoint, one.where)
        for one in walk.opened
        if one.asked > MORE.get((one.endpoint, one.role), MOST)
    ]
    answered = {one.endpoint for one in walk.opened if one.status == 200}
    assert {one.endpoint for one in walk.opened} - answered == SELDOM
    assert not found, "\n".join(map(str, sorted(found, reverse=True)))


# Words are the same whatever keeps them.
@pytest.mark.on_sqlite
def test_every_page_for_every_role_says_it_in_the_language_of_the_page(walk):
    read = [one for one in walk.opened if one.endpoint != FORM]
    wrong = [(one.role, one.endpoint, one.where) for one in read if "Firstwords" in one.html]
    assert wrong == []
    said = {one.endpoint for one in read if "Dicho" in one.html}
    assert said >= SHOWN, SHOWN - said


@pytest.mark.on_sqlite
def test_every_page_with_a_name_of_a_client_can_be_covered_and_covers_itself(walk):
    parts = ('id="cover"', " data-staff", "data-hide-screen", "js/covered.js")
    open_to_eyes, covered = [], set()
    for one in walk.opened:
        named = "<html" in one.html and any(name in one.html for name in walk.names)
        if one.role not in ("desk", "supervisor") or one.status != 200 or not named:
            continue
        if all(part in one.html for part in parts):
            covered.add(one.where.split("/")[1])
        else:
            open_to_eyes.append((one.role, one.where))
    assert not open_to_eyes
    assert {"sheet", "people", "groups", "today", "house"} <= covered
