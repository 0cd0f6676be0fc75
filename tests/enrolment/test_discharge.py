"""Whoever is no client any more leaves their groups, and stays somebody with an account."""

from datetime import datetime, timedelta

from sqlalchemy import select

from groupsched.access.identity import Role, System
from groupsched.accounts.service.people import disable, end_role, give_role
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import own_dates
from groupsched.operations.worker import round_of_work
from groupsched.outbox.models import Message
from tests.conftest import identity_of
from tests.feeds.setting import link_for
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")


@kept(at=NOW, still=True)
def house(world):
    """Tea has one seat, which Robin holds and Reed waits for; Robin has one date of Yoga too, and asked for Clay."""
    world.tea, world.yoga = world.group("Tea", capacity=1), world.group("Yoga")
    world.clay = world.group("Clay", access="referral")
    world.teas = world.series(world.tea, datetime(2026, 11, 26, 18), dates=3)
    world.yogas = world.series(world.yoga, datetime(2026, 11, 27, 18), dates=3)
    world.series(world.clay, datetime(2026, 11, 28, 18), dates=3)
    world.robin = world.client(email="robin@example.org")
    world.reed = world.client("Reed", "Marmalade", email="reed@example.org")
    service.enrol(identity_of(world.robin), world.tea, world.robin)
    service.enrol(System(), world.yoga, world.robin, mode="dates", occurrences=world.yogas[:1])
    service.enrol(identity_of(world.reed), world.tea, world.reed)
    db.session.commit()
    return world


def states(person):
    query = select(Enrolment.state).where(Enrolment.person_id == person.id).order_by(Enrolment.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def coming(person):
    return own_dates(person.id, clock.now(), clock.now() + timedelta(days=100))


def kinds(person):
    return list(
        db.session.scalars(select(Message.kind).where(Message.person_id == person.id).order_by(Message.id))
    )


def test_the_end_of_the_last_role_of_a_client_frees_the_seats_and_moves_the_line(house):
    end_role(identity_of(house.supervisor()), house.robin, house.robin.grants[0].id)
    assert states(house.robin) == ["left", "left"]
    assert coming(house.robin) == []
    assert states(house.reed) == ["active"]
    assert coming(house.reed) == house.teas
    assert kinds(house.robin)[-1] == "dates_ended"
    assert kinds(house.robin).count("dates_ended") == 1
    assert kinds(house.reed)[-1] == "moved_up_series"
    reasons = {row.reason for row in db.session.scalars(select(Enrolment).where(Enrolment.state == "left"))}
    assert reasons == {"The role has ended."}
    acts = db.session.scalars(select(AuditRow).where(AuditRow.word == AuditAction.ENROLMENT_LEFT)).all()
    assert [[subject.person_id for subject in act.subjects] for act in acts] == [[house.robin.id]] * 2


def test_the_calendar_shows_no_more_dates(client, house):
    _feed, path = link_for(house.robin)
    assert b"BEGIN:VEVENT" in client.get(path).data
    with clock.at(NOW + timedelta(minutes=1)):
        end_role(identity_of(house.supervisor()), house.robin, house.robin.grants[0].id)
        db.session.commit()
        answer = client.get(path)
    assert answer.status_code == 200
    assert b"BEGIN:VEVENT" not in answer.data


def test_a_role_that_runs_out_ends_the_groups_of_that_person_alone(house):
    end = NOW + timedelta(days=1)
    with clock.at(end - timedelta(hours=1)):
        give_role(house.system, house.reed, Role.CLIENT, site_id=house.site.id, until=None)
    give_role(house.system, house.robin, Role.FACILITATOR, site_id=None, until=None)
    house.robin.grants[0].until_at = end
    db.session.commit()
    with clock.at(end):
        service.end_with_roles(clock.now())
    assert states(house.robin) == ["left", "left"]
    assert states(house.reed) == ["active"]


def test_another_role_of_a_client_or_another_role_keeps_the_groups(house):
    for role, site_id in ((Role.CLIENT, house.site.id), (Role.FACILITATOR, None)):
        give_role(house.system, house.robin, role, site_id=site_id, until=None)
    db.session.commit()
    first, _second, staff = house.robin.grants
    boss = identity_of(house.person("Marigold", "Both", Role.SUPERVISOR, Role.ADMIN))
    end_role(boss, house.robin, first.id)
    end_role(boss, house.robin, staff.id)
    assert states(house.robin) == ["active", "active"]


def test_a_role_that_runs_out_ends_the_groups_and_what_is_joined_later_stays(house):
    house.robin.grants[0].until_at = NOW + timedelta(hours=1)
    db.session.commit()
    service.end_with_roles(clock.now())
    assert states(house.robin) == ["active", "active"]
    with clock.at(NOW + timedelta(hours=2)):
        round_of_work()
        assert states(house.robin) == ["left", "left"]
        assert states(house.reed) == ["active"]
        service.enrol(identity_of(house.robin), house.yoga, house.robin)
        service.end_with_roles(clock.now())
        assert states(house.robin) == ["left", "left", "active"]


def test_an_account_that_is_turned_off_keeps_the_seats(house):
    disable(identity_of(house.supervisor()), house.robin)
    assert states(house.robin) == ["active", "active"]


def test_the_page_says_beforehand_how_many_groups_end_and_afterwards_how_many_did(client, house):
    desk, address = client.as_(house.front_desk()), f"/people/{house.robin.uid}"
    assert "With this role the person leaves 2 groups." in desk.get(address).text
    end = f"{address}/roles/{house.robin.grants[0].id}/end"
    assert f'href="{end}"' in desk.get(address).text and f'action="{end}"' not in desk.get(address).text
    asked = desk.get(end).text
    assert "leaves 2 groups" in asked and " Tea, Yoga. " in " ".join(asked.split())
    assert "Giving it again does not bring them back." in asked and "1 person gets" in asked
    assert states(house.robin) == ["active", "active"], "nothing ends by asking"
    desk.post(end)
    page = desk.get(address).text
    assert "The role has ended, and 2 groups with it. Giving it again does not bring them back." in page
    assert "the person leaves" not in page
    lark = house.client("Lark", "Inkwell")
    assert "the person leaves" not in desk.get(f"/people/{lark.uid}").text
