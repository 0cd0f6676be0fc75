"""What was handed over waits on Today for who reads it, until one of them has, and they get a neutral mail."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.access.identity import OpenGlass
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.care.rules import CareRole
from groupsched.core.db import db
from groupsched.operations.worker import round_of_work
from groupsched.outbox.models import Message
from groupsched.questionnaires import queries, service
from groupsched.questionnaires.rules import Audience, Given, ReadWhen, promised_by
from groupsched.schedule.service import WantedClosure, close
from tests.conftest import identity_of
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOON = datetime.fromisoformat("2026-11-24T17:00:00+00:00")  # a Tuesday, in New York


@kept(at=NOON, still=True)
def house(world):
    """Robin has a counselor and a peer; Quay has nobody."""
    ivy = world.supervisor("Ivy", email="ivy@example.org")
    row = next(one for one in queries.questionnaires(world.program.id) if one.key == "after-check-in")
    service.publish_draft(identity_of(ivy), row)
    found = {
        "robin": world.client(),
        "quay": world.client("Quay", "Client"),
        "pike": world.facilitator("Pike", "Mockridge", email="pike@example.org"),
        "fern": world.facilitator("Fern", "Placeholder", email="fern@example.org"),
        "ivy": ivy,
        "form": row,
    }
    world.care_for(found["robin"], found["pike"])
    world.care_for(found["robin"], found["fern"], CareRole.PEER)
    db.session.commit()
    return found


def handed(house, audience=Audience.MY_COUNSELOR, who="robin", **answers):
    version = house["form"].versions[-1]
    me, said = house[who], answers or {"doing": "hard"}
    row = service.respond(
        identity_of(me), me, version, {key: Given(value) for key, value in said.items()}, audience
    )
    db.session.commit()
    return row


def to_read(client, house, who):
    return " ".join(client.as_(house[who]).get("/today").text.split())


def mails(house, who):
    round_of_work()
    rows = db.session.scalars(
        select(Message).where(Message.person_id == house[who].id, Message.kind.startswith("staff_"))
    )
    found = [(row.kind, row.fields) for row in rows]
    db.session.rollback()
    return found


def test_it_waits_for_the_counselor_with_the_promised_day_until_they_read_it(house, client):
    row = handed(house)
    page = to_read(client, house, "pike")
    assert "To read, since" in page
    assert "How are you doing?" in page
    assert "It was promised to be read by Thu 26 Nov." in page
    assert f'href="/forms/{row.uid}"' in page
    for other in ("fern", "ivy"):
        assert "To read, since" not in to_read(client, house, other)
    assert client.as_(house["robin"]).get(f"/forms/{row.uid}").status_code == 200
    assert "To read, since" in to_read(client, house, "pike"), "the person's own look is no reading"
    assert client.as_(house["pike"]).get(f"/forms/{row.uid}").status_code == 200
    assert "To read, since" not in to_read(client, house, "pike")


def test_one_of_the_team_reads_it_and_it_waits_for_nobody_any_more(house):
    ivy = identity_of(house["ivy"])
    draft = house["form"].versions[-1].form
    service.write_draft(
        ivy,
        house["form"],
        replace(draft, readers=tuple(one for one in Audience if one is not Audience.TOTALS)),
        house["form"].version,
    )
    service.publish_draft(ivy, house["form"])
    row = handed(house, Audience.CARE_TEAM)
    pike, fern = identity_of(house["pike"]), identity_of(house["fern"])
    assert queries.to_read(pike) == queries.to_read(fern) == [row]
    service.share(identity_of(house["robin"]), row, Audience.ONLY_ME)
    assert queries.to_read(pike) == queries.to_read(fern) == []


def test_an_amendment_waits_in_the_place_of_the_one_before(house):
    old, me = handed(house), identity_of(house["robin"])
    new = service.amend(me, old)
    pike = identity_of(house["pike"])
    assert queries.to_read(pike) == [old]
    service.hand_over(me, new)
    assert queries.to_read(pike) == [new]


def test_each_reader_gets_one_mail_that_names_nobody_and_none_when_it_was_read(house, client):
    row = handed(house)
    for _ in range(2):
        [(kind, fields)] = mails(house, "pike")
        assert kind == "staff_form"
        assert not any(word in str(fields) for word in ("Robin", "doing", row.uid))
    assert mails(house, "fern") == mails(house, "ivy") == []
    other = handed(house)
    client.as_(house["pike"]).get(f"/forms/{other.uid}")
    assert len(mails(house, "pike")) == 1


def test_a_supervisor_who_cares_for_somebody_is_told_too(house, world):
    world.care_for(house["quay"], house["ivy"])
    handed(house, who="quay")
    assert [kind for kind, _fields in mails(house, "ivy")] == ["staff_form"]


def test_where_nobody_is_there_nobody_is_promised_to_read_it(house, client, world):
    quay = client.as_(house["quay"])
    assert "Read within two working days." not in quay.get("/my/forms").text
    address = quay.post(f"/my/forms/{house['form'].uid}/begin").headers["Location"]
    page = quay.get(address).text
    assert "Nobody is your counselor yet, so nobody reads it now." in page
    assert "two working days" not in page, "what the form says itself of its readers neither"
    assert 'id="audience-only_me" checked' in page
    assert "Ask somebody to call me now" in page
    quay.post(f"{address}/hand-over", data={"audience": "my_counselor"})
    page = quay.get(address).text
    assert "Nobody is your counselor yet" in page
    world.care_for(house["quay"], house["pike"])
    db.session.commit()
    assert "Nobody is your counselor yet" not in quay.get(address).text
    assert "To read, since" in to_read(client, house, "pike"), "it waited for whoever would be"


def test_where_somebody_is_there_it_says_when_they_read_it(house, client):
    robin = client.as_(house["robin"])
    assert "Read within two working days." in robin.get("/my/forms").text
    page = robin.get(robin.post(f"/my/forms/{house['form'].uid}/begin").headers["Location"]).text
    assert "Read within two working days." in page
    assert 'id="audience-my_counselor" checked' in page
    assert "Nobody is your counselor yet" not in page


def test_what_is_begun_stands_once_among_the_forms(house, client):
    robin = client.as_(house["robin"])
    begin = f'action="/my/forms/{house["form"].uid}/begin"'
    assert begin in robin.get("/my/forms").text
    robin.post(f"/my/forms/{house['form'].uid}/begin")
    assert begin not in robin.get("/my/forms").text


@pytest.mark.parametrize(
    ("day", "when", "by"),
    [
        (date(2026, 11, 24), ReadWhen.ONE_WORKING_DAY, date(2026, 11, 25)),
        (date(2026, 11, 27), ReadWhen.ONE_WORKING_DAY, date(2026, 11, 30)),
        (date(2026, 11, 26), ReadWhen.TWO_WORKING_DAYS, date(2026, 11, 30)),
        (date(2026, 11, 28), ReadWhen.TWO_WORKING_DAYS, date(2026, 12, 1)),
        (date(2026, 11, 24), ReadWhen.NEXT_VISIT, None),
    ],
)
def test_working_days_are_monday_to_friday(day, when, by):
    assert promised_by(day, when) == by


def test_days_on_which_their_site_is_closed_do_not_count(house, world, client):
    admin, midnight = identity_of(world.admin()), datetime(2026, 11, 26, 5, tzinfo=UTC)
    day = timedelta(days=1)
    close(admin, [WantedClosure(world.site, "Thanksgiving", midnight, midnight + 2 * day)])
    close(admin, [WantedClosure(world.another_site(), "Elsewhere", midnight + 4 * day, midnight + 5 * day)])
    # Only for some hours, so that day counts.
    half = datetime(2026, 11, 30, 17, tzinfo=UTC)
    close(admin, [WantedClosure(world.site, "Half a day", half, half + timedelta(hours=3))])
    db.session.commit()
    handed(house)
    assert "It was promised to be read by Mon 30 Nov." in to_read(client, house, "pike")


def test_a_look_by_break_glass_is_no_reading(house):
    row = handed(house)
    glass = OpenGlass("g", "Somebody asked", NOON + timedelta(hours=1))
    record(replace(identity_of(house["ivy"]), glass=glass), AuditAction.RESPONSE_READ, row, [house["robin"]])
    assert queries.to_read(identity_of(house["pike"])) == [row]
    record(identity_of(house["pike"]), AuditAction.RESPONSE_READ, row, [house["robin"]])
    assert queries.to_read(identity_of(house["pike"])) == []
