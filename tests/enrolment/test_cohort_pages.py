"""The pages of cohorts: what clients read and ask, what staff plan, answer and see."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import cohorts_of, live_of
from groupsched.enrolment.rules import CohortNews, CohortSpan, EnrolmentState, cohort_news
from groupsched.enrolment.service import CohortPlan
from tests.factories import ZONE

pytestmark = pytest.mark.on_sqlite

FIRST = CohortSpan(
    date(2027, 1, 5), date(2027, 2, 23), date(2026, 12, 1), date(2026, 12, 20), date(2027, 1, 12)
)


def on(year, month, day, hour=12):
    return clock.at(datetime(year, month, day, hour, tzinfo=ZoneInfo(ZONE)))


@pytest.fixture
def cbt(world):
    with on(2026, 11, 20):
        world.lead = world.facilitator()
        group = world.group("CBT skills", led_by=world.lead, access="closed", capacity=2)
        world.series(group, datetime(2027, 1, 5, 10), dates=18)
        service.plan_cohort(world.system, group, CohortPlan("", FIRST))
        db.session.commit()
    return group


def words_of(answer):
    text = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_group_says_when_it_begins_how_long_until_when_and_how_many_seats(world, client, cbt):
    client = client.as_(world.client())
    with on(2026, 12, 2):
        page = words_of(client.get(f"/sessions/{cbt.uid}"))
        assert "Cohort: begins Tue 5 Jan 2027, 8 weeks. Ask until Sun 20 Dec. 2 seats free." in page
        assert "8 dates with the same people." in page and "Ask to join" in page
        assert "Let me choose dates" not in page
        found = words_of(client.get("/sessions"))
        assert "Cohort: begins Tue 5 Jan 2027" in found
        compared = words_of(client.get(f"/sessions/compare?with={cbt.uid}&with={world.group('Tea').uid}"))
        assert "Cohort: begins" not in compared or "2 seats free" in compared
    with on(2026, 11, 25):
        page = words_of(client.get(f"/sessions/{cbt.uid}"))
        assert "You can ask from Tue 1 Dec." in page and "Ask to join" not in page
    with on(2026, 12, 28):
        page = words_of(client.get(f"/sessions/{cbt.uid}"))
        assert "Asking is over." in page and "Ask to join" not in page


def test_one_asks_on_the_page_staff_say_yes_and_the_week_says_when_it_ends(world, client, cbt):
    robin = world.client()
    client = client.as_(robin)
    with on(2026, 12, 2):
        answer = client.post(f"/sessions/{cbt.uid}/join", data={"what": "whole"})
        assert answer.status_code == 303
        live = live_of(cbt.id, robin.id)
        assert live.state is EnrolmentState.REQUESTED
        client = client.as_(world.lead)
        page = words_of(client.get(f"/enrolments/{live.uid}/answer"))
        assert "Asked for 8 dates." in page and "The next cohort" in page
        client.post(f"/enrolments/{live.uid}/answer", data={"answer": "yes"})
        assert db.session.get(Enrolment, live.id).state is EnrolmentState.ACTIVE
        staff = words_of(client.get(f"/groups/{cbt.uid}/cohorts"))
        assert "Screening" in staff and "1 seat free." in staff and "Robin Teacup" in staff
    client = client.as_(robin)
    with on(2027, 2, 22):
        assert "Your cohort ends on Tue 23 Feb." in words_of(client.get("/my"))
        assert "Last date of your cohort" in words_of(client.get("/my"))
        mine = words_of(client.get(f"/sessions/{cbt.uid}/mine"))
        assert "Your cohort ends on Tue 23 Feb." in mine and "Last date" in mine


def test_staff_give_a_place_on_the_list_for_the_next_cohort(world, client, cbt):
    robin = world.client()
    with on(2026, 12, 2):
        asked = world.ask(cbt, robin)
        client = client.as_(world.lead)
        answer = client.post(
            f"/enrolments/{asked.uid}/answer", data={"answer": "next_cohort"}, follow_redirects=True
        )
        assert "has a place on the list for the next cohort" in words_of(answer)
        assert "For the next cohort" in words_of(client.get(f"/groups/{cbt.uid}/waiting"))
        client = client.as_(robin)
        mine = words_of(client.get(f"/sessions/{cbt.uid}/mine"))
        assert "You have a place on the list for the next cohort." in mine


def test_after_the_joining_day_the_line_says_so_and_yes_is_not_offered(world, client, cbt):
    with on(2026, 12, 2):
        asked = world.ask(cbt, world.client())
    client = client.as_(world.supervisor())
    with on(2027, 1, 13):
        page = words_of(client.get(f"/groups/{cbt.uid}/waiting"))
        assert "a seat that comes free stays free" in page
        page = client.get(f"/enrolments/{asked.uid}/answer")
        assert "answer-yes" not in page.text and "answer-next_cohort" in page.text
        answer = client.post(f"/enrolments/{asked.uid}/answer", data={"answer": "yes"}, follow_redirects=True)
        assert "Nobody gets into this group now" in words_of(answer)
        assert db.session.get(Enrolment, asked.id).state is EnrolmentState.REQUESTED


def test_who_may_change_the_group_lets_somebody_in_late_with_a_reason(world, client, cbt):
    robin = world.client()
    client = client.as_(world.supervisor())
    said = {"act": "enrol", "people": [robin.uid]}
    with on(2027, 1, 13):
        answer = client.post(f"/groups/{cbt.uid}/enrol", data=said)
        assert live_of(cbt.id, robin.id) is None and answer.status_code == 409
        client.post(f"/groups/{cbt.uid}/enrol", data=said | {"late": "She was ill."})
        assert live_of(cbt.id, robin.id).late_reason == "She was ill."
        assert "She was ill." in words_of(client.get(f"/groups/{cbt.uid}/cohorts"))


def test_staff_plan_change_and_take_away_and_faults_stand_at_their_field(world, client, cbt):
    client = client.as_(world.lead)
    days = {
        "begins_on": "2027-03-02", "ends_on": "2027-04-20", "screening_from": "2027-02-01", "screening_until": "2027-02-20",
        "joins_until": "2027-03-02",
    }  # fmt: skip
    with on(2026, 12, 2):
        wrong = client.post(f"/groups/{cbt.uid}/cohorts", data=days | {"begins_on": "2027-02-01"})
        assert wrong.status_code == 422 and "Another cohort of this group runs on these days." in wrong.text
        assert client.post(f"/groups/{cbt.uid}/cohorts", data={}).status_code == 422
        made = client.post(f"/groups/{cbt.uid}/cohorts", data=days, follow_redirects=True)
        assert "Planned." in words_of(made) and "Undo" in words_of(made)
        second = cohorts_of(cbt)[1]
        page = client.get(f"/cohorts/{second.uid}")
        assert page.status_code == 200 and "Take it away" in page.text
        client.post(f"/cohorts/{second.uid}", data=days | {"name": "Spring"})
        assert cohorts_of(cbt)[1].name == "Spring"
        assert client.post(f"/cohorts/{second.uid}", data=days | {"ends_on": "2027-02-01"}).status_code == 422
        client.post(f"/cohorts/{second.uid}/remove")
        assert len(cohorts_of(cbt)) == 1
    client = client.as_(world.client())
    assert client.get(f"/groups/{cbt.uid}/cohorts").status_code in (403, 404)
    client = client.as_(world.facilitator("Other", "Leader"))
    assert client.get(f"/cohorts/{cohorts_of(cbt)[0].uid}").status_code == 404


def test_a_group_without_cohorts_says_what_to_do(world, client):
    group = world.group("Closed circle", access="closed")
    client = client.as_(world.supervisor())
    assert "Plan one, and people can ask to be in it." in words_of(client.get(f"/groups/{group.uid}/cohorts"))
    other = world.group("Tea")
    assert "Only a closed group runs as cohorts." in words_of(client.get(f"/groups/{other.uid}/cohorts"))


def test_today_tells_who_may_change_the_group(world, client, cbt):
    for day, words in (
        ((2026, 11, 29), "People can ask from Tue 1 Dec to Sun 20 Dec."),
        ((2027, 2, 10), "It ends on Tue 23 Feb, and no next one is planned."),
    ):
        with on(*day):
            client = client.as_(world.lead)
            assert words in words_of(client.get("/today"))
            client = client.as_(world.facilitator("Other", f"Leader {day}"))
            assert words not in words_of(client.get("/today"))
    second = CohortSpan(
        date(2027, 3, 2), date(2027, 4, 20), date(2027, 2, 1), date(2027, 2, 27), date(2027, 3, 9)
    )
    assert cohort_news([FIRST, second], date(2027, 2, 18)) == (CohortNews.ENDS, FIRST)
    assert cohort_news([FIRST, second], date(2027, 2, 3)) == (CohortNews.SCREENING_BEGINS, second)
    assert cohort_news([FIRST], date(2027, 1, 10)) is None


def test_the_pages_of_cohorts_ask_few_times(world, client, cbt, statements):
    robin, lead = world.client(), world.lead
    with on(2026, 12, 2):
        for number in range(2):
            service.accept_request(world.keeper(), world.ask(cbt, world.client("In", f"It {number}")))
        asked = world.ask(cbt, world.client("Sam"))
        db.session.commit()
        one = cohorts_of(cbt)[0].uid
        for who, page in (
            (robin, "/sessions"), (robin, f"/sessions/{cbt.uid}"), (lead, f"/groups/{cbt.uid}/cohorts"), (lead, f"/cohorts/{one}"),
            (lead, f"/enrolments/{asked.uid}/answer"),
        ):  # fmt: skip
            db.session.commit()
            db.session.expire_all()
            seen = client.as_(who)
            seen.get(page)
            before = len(statements())
            assert seen.get(page).status_code == 200
            assert len(statements()) - before <= 18, page
