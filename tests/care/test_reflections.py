"""How a date was: who is asked, who reads it, and totals that say nobody's answer."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from groupsched.attendance.models import Attendee
from groupsched.attendance.rules import MarkingMode, Tap, TapAction
from groupsched.attendance.service import add_walk_in, open_sheet, tap
from groupsched.care import queries, service
from groupsched.care.models import Reflection, ReflectionBatch
from groupsched.care.rules import added_up, of_batches
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.questionnaires.queries import newest_by_key, ready_forms, response_facts
from groupsched.questionnaires.rules import BATCH, Audience, Given, in_batches
from groupsched.questionnaires.service import forget_answers
from groupsched.schedule.service import cancel_occurrence
from tests.conftest import identity_of
from tests.kept import kept

FORM = ready_forms()["reflection"]
AGAIN = FORM.item("again").options[0].key


@kept
def house(world):
    lead, robin = world.facilitator(), world.client()
    group = world.group("Evening circle", led_by=lead)
    date = world.soon(group, in_minutes=-120, minutes=90)
    others = [world.client("Other", f"Person {number}") for number in range(9)]
    world.enrol(group, robin, *others, at=clock.now() - timedelta(hours=3))
    return {"lead": lead, "robin": robin, "group": group, "date": date, "others": others}


def asked(person, minutes=0):
    return queries.next_reflection(person.id, clock.now() + timedelta(minutes=minutes))


def say(house, person, audience=Audience.TOTALS, **answers):
    said = {key: Given(value) for key, value in (answers or {"welcome": "mostly"}).items()}
    row = service.reflect(identity_of(person), house["date"], said, audience)
    db.session.commit()
    return row


def missed(house, person):
    """Who leads marks somebody absent."""
    lead = identity_of(house["lead"])
    open_sheet(lead, house["date"])
    row = db.session.scalars(select(Attendee).where(Attendee.person_id == person.id)).one()
    tap(lead, house["date"], Tap(row.uid, row.version, TapAction.ABSENT), how=MarkingMode.ARRIVING)
    db.session.commit()


def totals(house):
    return [batch.people for batch in queries.batches_of(house["group"])]


# --- who is asked ---


def test_who_had_a_seat_is_asked_from_a_quarter_of_an_hour_after_the_end_for_seven_days(house):
    robin, end = house["robin"], house["date"].end - clock.now()
    minutes = int(end.total_seconds() // 60)
    assert asked(robin, minutes + 14) is None
    assert asked(robin, minutes + 16) == house["date"]
    assert asked(robin, minutes + 7 * 24 * 60 - 1) == house["date"]
    assert asked(robin, minutes + 7 * 24 * 60 + 2) is None


def test_who_was_marked_otherwise_is_not_asked_and_who_came_without_a_seat_is(house, world):
    lead, date = identity_of(house["lead"]), house["date"]
    walked, stranger = world.client("Walked", "In"), world.client("Not", "There")
    add_walk_in(lead, date, walked)
    missed(house, house["robin"])
    assert asked(house["robin"]) is None
    assert asked(walked) == date
    assert asked(house["others"][0]) == date, "nobody said yet whether they were there"
    assert asked(stranger) is None


def test_a_date_that_was_cancelled_is_not_asked_about(house, world):
    coming = world.soon(world.group("Off", led_by=house["lead"]), in_minutes=5, minutes=30)
    world.enrol(coming.group, house["others"][1])
    cancel_occurrence(world.system, coming, "No heating")
    db.session.commit()
    assert asked(house["others"][1], 120) == house["date"]


def test_one_is_asked_once_later_again_and_after_a_no_never(house):
    robin, date = house["robin"], house["date"]
    service.put_off_reflection(identity_of(robin), date)
    assert asked(robin) is None
    assert asked(robin, 60 * 21) == date
    service.skip_reflection(identity_of(robin), date)
    assert asked(robin, 60 * 21) is None
    with pytest.raises(NotFound):
        say(house, robin)
    other = house["others"][0]
    say(house, other, Audience.ONLY_ME)
    assert asked(other) is None
    with pytest.raises(NotFound):
        say(house, other)


def test_nobody_reflects_on_a_date_that_they_were_not_at(house, world):
    with pytest.raises(NotFound):
        say(house, world.client("Not", "There"))


# --- who reads it ---


def test_a_reflection_is_read_by_the_person_alone_unless_they_choose_otherwise(house, world):
    pike = world.facilitator("Pike", "Mockridge")
    world.care_for(house["robin"], pike)
    row = say(house, house["robin"], Audience.ONLY_ME, welcome="mostly", line="Too warm")
    assert newest_by_key(house["group"].program_id, "reflection").form.shared_with is Audience.ONLY_ME
    assert response_facts(row.response).care_team == frozenset()
    other = house["others"][0]
    world.care_for(other, pike)
    assert response_facts(say(house, other, Audience.MY_COUNSELOR).response).care_team == {pike.id}


# --- totals ---


def test_totals_come_with_the_fifth_person_and_then_with_the_tenth(house):
    people = [house["robin"], *house["others"]]
    seen = []
    for person in people:
        say(house, person)
        seen.append(sum(totals(house)))
    assert seen == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10]
    counts = [batch.counts for batch in queries.batches_of(house["group"])]
    assert of_batches(counts, "welcome", ["a_little", "mostly"]) == [0, 10]


def test_answers_for_others_are_in_no_total_and_neither_is_a_line(house):
    people = [house["robin"], *house["others"]]
    for person in people[:5]:
        say(house, person, Audience.ONLY_ME)
    assert totals(house) == []
    for person in people[5:]:
        say(house, person, welcome="a_little", line=f"I am {person.last_name}")
    batch = db.session.scalars(select(ReflectionBatch)).one()
    assert batch.counts == {"welcome": {"a_little": 5}}


def test_a_question_that_fewer_than_five_answered_is_in_no_total(house, client):
    people = [house["robin"], *house["others"]]
    for number, person in enumerate(people[:5]):
        say(house, person, **({"welcome": "mostly", "again": AGAIN} if number < 2 else {"welcome": "mostly"}))
    batch = db.session.scalars(select(ReflectionBatch)).one()
    assert batch.counts == {"welcome": {"mostly": 5}}
    assert of_batches([{"again": {"yes": 2}}, {"again": {"yes": 5}}], "again", ["yes"]) == [5]
    page = client.as_(house["lead"]).get(f"/groups/{house['group'].uid}/reflections").text
    assert "Fewer than five people answered this." in page
    answer = {"again": Given(AGAIN)}
    assert added_up((1, FORM, answer) for _number in range(5)) == {}, "five times the same person are one"


def test_a_total_stays_as_it_is_when_what_it_was_made_of_is_forgotten(house):
    people = [house["robin"], *house["others"]][:5]
    for person in people:
        say(house, person)
    before = [batch.counts for batch in queries.batches_of(house["group"])]
    forget_answers([people[0].id])
    db.session.commit()
    assert [batch.counts for batch in queries.batches_of(house["group"])] == before
    assert db.session.scalars(select(Reflection.batch_id)).all() == [1] * 5


ANSWERS = st.sampled_from(["not_at_all", "a_little", "mostly"])


@given(st.lists(st.tuples(st.integers(1, 7), ANSWERS), max_size=40), st.integers(0, 39), ANSWERS)
def test_no_single_answer_can_be_worked_out_of_all_totals_that_a_leader_ever_saw(said, which, other):
    """Whoever looks after every answer sees the same numbers, in the same order, with another person in the place of one: whoever of
    the five said it. An answer changes no total by itself."""
    seen = watched(said)
    assert all(
        total == before or total - before >= BATCH for before, total in zip([0, *seen], seen, strict=False)
    )
    if which < len(said):
        person, _answer = said[which]
        changed = watched([*said[:which], (person, other), *said[which + 1 :]])
        assert changed == seen, "when a total comes says nothing of what was said"


def watched(said):
    """How many answers the totals hold, after each."""
    waiting, total, seen = [], 0, []
    for person, answer in said:
        waiting.append((person, answer))
        number = in_batches([one for one, _answer in waiting])
        assert (
            sum(
                added_up((p, FORM, {"welcome": Given(a)}) for p, a in waiting[:number])
                .get("welcome", {})
                .values()
            )
            == number
        )
        total, waiting = total + number, waiting[number:]
        seen.append(total)
    return seen


# --- pages ---


@pytest.mark.on_sqlite
def test_my_week_asks_about_one_date_and_skipping_is_as_near(house, client):
    robin, address = client.as_(house["robin"]), f"/my/reflections/{house['date'].uid}"
    page = robin.get("/my").text
    assert page.count("How was it? Twenty seconds") == 1
    assert address in page
    robin.post(address, data={"answer": "skip"})
    assert "How was it? Twenty seconds" not in robin.get("/my").text
    assert robin.get(address).status_code == 404


@pytest.mark.on_sqlite
def test_three_taps_and_a_line_are_kept_for_whom_was_chosen(house, client):
    robin, address = client.as_(house["robin"]), f"/my/reflections/{house['date'].uid}"
    page = robin.get(address).text
    assert 'value="only_me" id="v-1" checked' in page
    assert "My counselor" not in page, "nobody is their counselor"
    assert "A court could order it." in page
    sent = {
        "answer": "save",
        "audience": "only_me",
        "a-welcome": "mostly",
        "a-useful": "dance",
        "a-line": "Too warm",
    }
    assert robin.post(address, data=sent).headers["Location"].endswith("/my")
    row = db.session.scalars(select(Reflection)).one()
    assert row.response.answers == {"welcome": Given("mostly"), "line": Given("Too warm")}
    page = robin.get(address, follow_redirects=True).text
    assert "Too warm" in page
    assert "Finished on" in page
    assert "Handed over" not in page, "nobody got it"
    assert client.as_(house["lead"]).get(f"/forms/{row.response.uid}").status_code == 404


@pytest.mark.on_sqlite
def test_the_page_asks_the_database_at_most_twelve_times(house, world, client, statements):
    world.care_for(house["robin"], house["lead"])
    robin = client.as_(house["robin"])
    db.session.close()
    before = len(statements())
    assert robin.get(f"/my/reflections/{house['date'].uid}").status_code == 200
    assert len(statements()) - before <= 12


@pytest.mark.on_sqlite
def test_an_empty_one_is_not_kept_and_the_question_stays(house, client):
    """It said "Thank you. It is saved", and one was never asked again."""
    robin, address = client.as_(house["robin"]), f"/my/reflections/{house['date'].uid}"
    page = robin.post(address, data={"answer": "save", "audience": "only_me"}, follow_redirects=True).text
    assert "so nothing was kept" in page
    assert 'value="only_me"' in page
    assert db.session.scalars(select(Reflection)).all() == []


@pytest.mark.on_sqlite
def test_a_form_without_a_reader_is_refused(house, client):
    robin, address = client.as_(house["robin"]), f"/my/reflections/{house['date'].uid}"
    for audience in ("everybody", "care_team"):
        sent = {"answer": "save", "audience": audience, "a-welcome": "mostly"}
        assert robin.post(address, data=sent).status_code == 422
    assert db.session.scalars(select(Reflection)).all() == []


@pytest.mark.on_sqlite
def test_where_the_counselor_led_the_session_the_page_says_so(house, world, client):
    world.care_for(house["robin"], house["lead"])
    page = client.as_(house["robin"]).get(f"/my/reflections/{house['date'].uid}").text
    assert "Ossian led this session and is your counselor" in page


@pytest.mark.on_sqlite
def test_who_leads_reads_totals_and_not_how_many_are_still_missing(house, world, client):
    lead, address = client.as_(house["lead"]), f"/groups/{house['group'].uid}/reflections"
    people = [house["robin"], *house["others"]]
    for person in people[:4]:
        say(house, person)
    page = lead.get(address).text
    assert "So far it is fewer." in page
    assert not re.search(
        r"[0-9]", re.sub(r"<[^>]+>", "", page.split('<div class="page')[1].split("</main>")[0])
    )
    for person in people[4:7]:
        say(house, person, welcome="very_much")
    page = lead.get(address).text
    assert "5 answers" in page
    assert 'dd class="num">4</dd>' in page
    assert client.as_(world.supervisor()).get(address).status_code == 200
    for stranger in (world.facilitator("Pike", "Mockridge"), world.front_desk(), house["robin"]):
        assert client.as_(stranger).get(address).status_code == 404
