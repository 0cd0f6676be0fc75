"""What SQL shows an identity equals what `can()` allows, for every role, group and person of a small world."""

import re
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from groupsched.access.identity import Anonymous, ApiToken, OpenGlass, Role, Scope, System
from groupsched.access.policy import Permission, can
from groupsched.accounts.models import Person
from groupsched.accounts.queries import is_client
from groupsched.attendance.queries import facts as sheet_facts
from groupsched.attendance.queries import writable as sheets_writable
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.care.service import hand_over
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts, readable, writable
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import queries as people
from groupsched.enrolment.service import leave, propose
from groupsched.schedule.models import Occurrence
from tests.conftest import identity_of
from tests.factories import ZONE, tomorrow_at


def populate(world):
    """Two programs, the first with two sites, every role, and a group of every kind; returns the identities."""
    other, far = world.another_program(), world.another_site()
    lead = world.person("Ossian", "Sampleton", Role.CLIENT, Role.FACILITATOR)
    colleague = world.facilitator("Pike", "Mockridge")
    both = world.person("Sage", "Paperclip", Role.CLIENT, Role.FACILITATOR, Role.SUPERVISOR)
    client, stranger = world.client(), other.supervisor("Quay", "Keeper")
    admin = world.person("Ada", "Examplar", Role.CLIENT, Role.ADMIN)
    everywhere, placeless = world.front_desk("Robin"), world.client("Holly", "Kettle")
    everywhere.grants[0].site_id = placeless.site_id = None
    gone, coming = world.client("Gone", "Doorbell"), world.client("Coming", "Doorbell")
    gone.grants[0].until_at, coming.grants[0].from_at = clock.now(), clock.now() + timedelta(days=1)
    other.client("Quay", "Client")
    world.client("Far", "Teaspoon", site=far)
    for member, days in ((colleague, -5), (both, -5), (lead, 3)):
        world.care_for(placeless, member, days=days)
    handed = world.care_for(world.client("Handed", "Over"), colleague, days=-5)
    hand_over(world.system, [handed], both, clock.today(ZONE))
    never = world.client("Never", "Anything")
    db.session.delete(never.grants[0])
    db.session.flush()
    db.session.expire(never)
    for place in (world, other):
        for fields in (
            {},
            {"state": "draft"},
            {"hidden": True},
            {"setting": "private"},
            {"state": "retired"},
        ):
            leader = lead if place is world else None
            place.soon(place.group(f"Group {fields}", led_by=leader, **fields), in_minutes=-10)
    group = db.session.scalars(
        select(Group).where(Group.title == "Group {}", Group.program_id == world.program.id)
    ).one()
    world.enrol(group, client, both, at=clock.now() - timedelta(hours=1))
    meet(world, group, lead)
    staff = [
        lead,
        colleague,
        both,
        client,
        stranger,
        world.front_desk(),
        world.front_desk("Fern", site=far),
        world.person("Door", "Leader", Role.FRONT_DESK, Role.FACILITATOR, site=far),
        everywhere,
        world.supervisor("Ivy"),
        admin,
    ]
    members = [identity_of(person) for person in staff]
    members.append(identity_of(both, as_self=True))
    glass = OpenGlass("glass", "A reason", clock.now())
    members += [replace(identity_of(one), glass=glass) for one in (admin, colleague, client)]
    tokens = [ApiToken(program_id=world.program.id, token_id=1, scopes=frozenset({scope})) for scope in Scope]
    return [Anonymous(program_id=world.program.id), System(), *members, *tokens]


def meet(world, group, lead):
    """People whom who leads the group knows in every way there is, and some whom they do not."""
    earlier, long_ago = clock.now() - timedelta(days=80), clock.now() - timedelta(days=100)
    for name, left in (("Left", earlier), ("Forgotten", long_ago)):
        with clock.at(left - timedelta(days=10)):
            [row] = world.enrol(group, world.client(name, "Lately"))
        with clock.at(left):
            leave(world.system, row)
    closed = world.group("By referral", access="referral", led_by=lead, capacity=1)
    world.series(closed, tomorrow_at(10))
    world.ask(closed, world.client("Asking", "Doorbell"))
    world.enrol(closed, world.client("First", "Inside"), world.client("Second", "Waiting"))
    found, proposed = world.client("Stands", "Here"), world.client("Only", "Proposed")
    saw(identity_of(lead), AuditAction.PERSON_SOUGHT, [found], found)
    propose(identity_of(lead), group, [proposed])
    db.session.commit()


def shown(condition, table):
    return set(db.session.scalars(select(table.id).where(condition)))


def test_the_groups_that_sql_shows_are_those_that_may_be_read(world):
    identities = populate(world)
    groups = list(db.session.scalars(select(Group)))
    for identity in identities:
        allowed = {group.id for group in groups if can(identity, Permission.GROUP_READ, facts(group))}
        assert shown(readable(identity), Group) == allowed, identity


def test_the_groups_that_sql_offers_for_change_are_those_that_may_be_written(world):
    identities = populate(world)
    groups = list(db.session.scalars(select(Group)))
    for identity in identities:
        allowed = {group.id for group in groups if can(identity, Permission.GROUP_WRITE, facts(group))}
        assert shown(writable(identity), Group) == allowed, identity


def test_the_sheets_that_sql_offers_are_those_that_may_be_written(world):
    identities = populate(world)
    dates = list(db.session.scalars(select(Occurrence)))
    for identity in identities:
        allowed = {date.id for date in dates if can(identity, Permission.ATTENDANCE_WRITE, sheet_facts(date))}
        query = select(Occurrence.id).join(Occurrence.group).where(sheets_writable(identity))
        assert set(db.session.scalars(query)) == allowed, identity


def test_the_clients_that_sql_shows_are_those_whose_record_may_be_read(world):
    identities = populate(world)
    everybody = list(db.session.scalars(select(Person)))
    for identity in identities:
        allowed = {
            person.id
            for person in everybody
            if is_client(person)
            and person.id != identity.person
            and can(identity, Permission.CLIENT_READ, people.client_facts(person))
        }
        assert shown(people.clients_seen_by(identity), Person) == allowed, identity


def may_enrol(identity, group, person, record):
    """Who may be found for a group: whom one may enrol there, and for others than who leads it, whose record they may read."""
    about = people.facts_to_enrol(identity, group, person)
    by_id = isinstance(identity, ApiToken | System)
    reads = by_id or identity.person in about.known_to or can(identity, Permission.CLIENT_READ, record)
    return reads and can(identity, Permission.ENROL_OTHERS, about)


def test_the_clients_that_one_finds_for_a_group_are_those_whom_one_may_enrol(world):
    identities = populate(world)
    now, everybody = clock.now(), db.session.scalars(select(Person)).all()
    clients = [p for p in everybody if any(g.role == Role.CLIENT and g.in_force(now) for g in p.grants)]
    records = {person: people.client_facts(person) for person in clients}
    for group in db.session.scalars(select(Group)):
        here = {one: record for one, record in records.items() if record.program == group.program_id}
        for identity in identities:
            allowed = {one.id for one, record in here.items() if may_enrol(identity, group, one, record)}
            found = db.session.scalars(people.findable_clients(identity, facts(group)))
            assert {person.id for person in found} == allowed - {identity.person}, (identity, group.title)


def test_who_leads_knows_whom_they_met_and_nobody_else(world):
    lead = identity_of(populate_lead(world))
    group = db.session.scalars(select(Group).where(Group.title == "Morning group")).one()
    found = db.session.scalars(people.findable_clients(lead, facts(group)))
    assert {one.name for one in found} == {
        "Left Lately", "Asking Doorbell", "First Inside", "Second Waiting", "Stands Here",
    }  # fmt: skip
    read = shown(people.clients_seen_by(lead), Person)
    assert {one.name for one in db.session.scalars(select(Person)) if one.id in read} == {"First Inside"}
    with clock.at(clock.now() + timedelta(hours=2)):
        later = {one.name for one in db.session.scalars(people.findable_clients(lead, facts(group)))}
    assert "Stands Here" not in later


def populate_lead(world):
    lead = world.facilitator()
    group = world.group(led_by=lead)
    world.soon(group, in_minutes=-10)
    meet(world, group, lead)
    return lead


def test_the_register_shows_the_clients_whose_record_may_be_read_and_who_looks_finds_no_others(world):
    for identity in populate(world):
        register = shown(people.clients_seen_by(identity), Person)
        assert {p.id for p in db.session.scalars(people.findable_clients(identity))} == register


def without_trace(text):
    """A page, or an address, with every public id replaced by one that nothing has."""
    text = re.sub(r'name="(?:csrf_token|written_by)" value="[^"]+"', "", text)
    return re.sub(r"\b[2-9a-hjkmnp-tv-z]{14}\b", "22222222222222", text)


def test_people_of_a_second_program_see_nothing_of_the_first(world, client):
    populate(world)
    other = world.another_program("annex")
    group = db.session.scalars(select(Group).where(Group.program_id == world.program.id)).first()
    date = db.session.scalars(select(Occurrence).where(Occurrence.group_id == group.id)).first()
    person = world.client("Robin", "Teacup")
    for role in Role:
        browser = client.as_(other.person("Olive", "Windchime", role))
        for address in (
            f"/groups/{group.uid}",
            f"/groups/{group.uid}/edit",
            f"/groups/{group.uid}/people",
            f"/sheet/{date.uid}",
            f"/people/{person.uid}",
            f"/sessions/{group.uid}",
            f"/sessions/{group.uid}/{date.original_local}",
        ):
            answer, unknown = browser.get(address), browser.get(without_trace(address))
            assert answer.status_code == unknown.status_code == 404, (role, address)
            assert without_trace(answer.text) == without_trace(unknown.text), (role, address)
        for address in ("/sessions", "/today", "/groups", "/people", "/my"):
            page = browser.get(address)
            assert "Teacup" not in page.text, (role, address)
            assert group.title not in page.text, (role, address)
