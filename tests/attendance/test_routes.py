"""The sheet's pages, as plain forms: what staff see and do, and what strangers never learn."""

import gzip
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from groupsched.attendance import queries, service
from groupsched.attendance.models import AttendanceOperation, Attendee, Sheet
from groupsched.attendance.rules import QueuedOperation
from groupsched.attendance.rules.marks import AttendanceStatus, attendee_uid
from groupsched.attendance.rules.sheet import TileState
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.filters import clock_time
from tests.attendance.conftest import Morning
from tests.factories import ZONE

pytestmark = pytest.mark.on_sqlite


@pytest.fixture
def door(morning, client):
    """The sheet in the browser of the facilitator."""
    return Door(morning, client.as_(morning.ossian))


class Door:
    """A browser at a sheet."""

    def __init__(self, morning, browser):
        self.morning, self.browser = morning, browser
        self.address = f"/sheet/{morning.occurrence.uid}"

    def row(self, person):
        db.session.expire_all()
        return queries.read_sheet(self.morning.occurrence).row(self.uid(person))

    def uid(self, person):
        return attendee_uid(self.morning.occurrence.uid, person.uid)

    def get(self, path="", **more):
        return self.browser.get(self.address + path, **more)

    def post(self, path, **fields):
        headers = {"Accept": fields.pop("accept")} if "accept" in fields else {}
        return self.browser.post(self.address + path, data=fields, headers=headers)

    def tap(self, person, what="here", version=0, **fields):
        return self.post("/mark", mark=f"{self.uid(person)}.{version}.{what}", marking="arriving", **fields)

    def finish(self, **choices):
        """The finish page as it is sent: not here, unless chosen otherwise, with `choices` by the first names of people."""
        page = self.get("/finish").text
        seen = dict.fromkeys(re.findall(r'name="(row-[^"]+)" value="absent"[^>]* checked', page), "absent")
        said = {f"row-{self.uid(getattr(self.morning, name))}": status for name, status in choices.items()}
        return self.browser.post(f"{self.address}/finish", data=seen | said)

    def as_(self, person):
        return Door(self.morning, self.browser.as_(person))


def audited(action):
    return db.session.query(AuditRow).filter_by(word=action).count()


# --- the page ------------------------------------------------------------------------------------------------------


def test_the_sheet_shows_first_names_and_initials_and_nothing_more(door):
    page = door.get().text
    for shown in ("Ash D.", "Basil C.", "Jo Mar.", "Jo Mat.", "Everyone else is here (4)"):
        assert shown in page
    assert "Doorbell" not in page
    assert "Marmalade" not in page


def test_title_and_address_are_neutral(door):
    assert "<title>Sheet</title>" in door.get().text
    assert "morning" not in door.address


def test_opening_is_one_audit_row_that_names_its_subjects_and_a_poll_is_none(door):
    door.get()
    assert audited(AuditAction.SHEET_OPENED) == 1
    row = db.session.query(AuditRow).filter_by(word=AuditAction.SHEET_OPENED).one()
    assert len(row.subjects) == 4
    door.get("/rows?since=0")
    assert audited(AuditAction.SHEET_OPENED) == 1


def test_the_page_after_a_mark_is_not_another_opening_but_a_made_up_name_is(door):
    answer = door.tap(door.morning.ash)
    door.browser.get(answer.location)
    assert audited(AuditAction.SHEET_OPENED) == 0
    door.get("?done=made-up")
    assert audited(AuditAction.SHEET_OPENED) == 1


def test_counters_filter_and_search_finds_by_any_name(door):
    door.tap(door.morning.ash)
    page = door.get("?only=unmarked").text
    assert "Ash D." not in page
    assert "Basil C." in page
    found = door.post("/search", q="matchb").text
    assert "Jo Mat." in found
    assert "Jo Mar." not in found


def test_a_search_that_finds_nobody_offers_a_walk_in(door):
    assert "Nobody here by that name or mark" in door.post("/search", q="zzz").text
    assert "Jo Mat." in door.get("?q=zzz").text


@pytest.mark.parametrize(
    ("sort", "first"),
    [("", "Ash D."), ("last", "Basil C."), ("unmarked", "Basil C."), ("arrival", "Ash D."), ("?!", "Ash D.")],
)
def test_the_list_is_sorted_only_as_asked_for(door, sort, first):
    door.tap(door.morning.ash)
    page = door.get(f"?sort={sort}").text
    assert re.search(r"<strong>([^<]+)</strong>", page[page.index('id="people"') :])[1] == first


def test_an_empty_sheet_says_so_and_offers_a_walk_in(door, world):
    quiet = world.soon(world.group("Quiet hour", led_by=door.morning.ossian))
    assert "No one is on the list for today" in door.browser.get(f"/sheet/{quiet.uid}").text


@pytest.mark.usefixtures("minute")
def test_new_people_are_greeted_where_others_came_before(door):
    earlier = door.morning.earlier(4)
    with clock.at(earlier.start):
        other = Door(door.morning, door.browser)
        other.browser.post(
            f"/sheet/{earlier.uid}/mark",
            data={"mark": f"{attendee_uid(earlier.uid, door.morning.ash.uid)}.0.here"},
        )
    page = door.get().text
    assert "Back after 4 weeks" in page
    assert page.count("New today") == 3
    begun = 'class="people is-begun"'
    assert begun in page, "while they meet, only a finger that rests on a tile reads it"
    with clock.at(door.morning.occurrence.start - timedelta(minutes=1)):
        assert begun not in door.get().text


def test_nobody_is_new_where_nobody_ever_came(door):
    assert "New today" not in door.get().text


# --- taps ----------------------------------------------------------------------------------------------------------


def test_one_tap_is_here_and_the_page_offers_undo(door):
    answer = door.tap(door.morning.ash)
    assert answer.status_code == 303
    page = door.browser.get(answer.location).text
    assert door.row(door.morning.ash).state.status is AttendanceStatus.PRESENT
    assert "Ash D.: Late" in page
    assert ">Undo<" in page


def test_a_second_tap_opens_the_row_and_never_clears(door):
    door.tap(door.morning.ash)
    answer = door.tap(door.morning.ash, "open", 1)
    page = door.browser.get(answer.location).text
    assert 'id="panel"' in page
    assert "Clear this mark" in page
    assert door.row(door.morning.ash).state.status is AttendanceStatus.PRESENT


def test_a_double_tap_is_one_mark(door):
    for _ in range(2):
        door.tap(door.morning.ash)
    assert door.row(door.morning.ash).state.rival is None


def test_undo_is_a_plain_form_too(door):
    name = re.search(r"done=([0-9a-f-]+)", door.tap(door.morning.ash).location)[1]
    answer = door.post("/undo", name=name)
    assert "Taken back" in door.browser.get(answer.location).text
    assert door.row(door.morning.ash).state.untouched


@pytest.mark.parametrize(
    ("what", "status"),
    [("late", AttendanceStatus.PRESENT), ("left", AttendanceStatus.PRESENT), ("excused", AttendanceStatus.EXCUSED), ("cancelled", AttendanceStatus.CANCELLED),
     ("absent", AttendanceStatus.ABSENT), ("here", AttendanceStatus.PRESENT)],
)  # fmt: skip
def test_each_button_of_the_panel_marks(door, what, status):
    door.tap(door.morning.ash, what)
    assert door.row(door.morning.ash).state.status is status
    door.tap(door.morning.ash, "clear", 1)
    assert door.row(door.morning.ash).state.status is AttendanceStatus.UNMARKED


@pytest.mark.usefixtures("minute")
def test_times_are_typed_on_the_clock_of_the_place(door):
    came = door.morning.occurrence.start + timedelta(minutes=7)
    door.tap(door.morning.ash, "times", time_in=clock_time(came, ZONE), time_out="")
    assert door.row(door.morning.ash).state.answer.time_in == came


@pytest.mark.parametrize("written", ["%-I:%M %p", "%I:%M%p", "%-I:%M", "%H:%M", "%H%M"])
def test_a_time_is_read_in_the_way_of_the_region_and_kept_as_it_is_shown(door, written):
    door.morning.world.program.region = "US"
    db.session.commit()
    came = door.morning.occurrence.start + timedelta(minutes=7)
    typed = came.astimezone(ZoneInfo(ZONE)).strftime(written)
    assert door.tap(door.morning.ash, "times", time_in=typed).status_code == 303
    assert door.row(door.morning.ash).state.answer.time_in == came
    panel = door.get(f"?row={door.uid(door.morning.ash)}").text
    shown = re.search(r'name="time_in" value="([^"]+)"', panel)[1]
    assert shown == came.astimezone(ZoneInfo(ZONE)).strftime("%-I:%M %p")
    assert door.tap(door.morning.ash, "times", time_in=shown).status_code == 303
    assert door.row(door.morning.ash).state.answer.time_in == came


@pytest.mark.parametrize("typed", ["half past", "25:00", "99"])
def test_a_time_that_is_none_is_told_beside_the_field_and_kept(door, typed):
    answer = door.tap(door.morning.ash, "times", time_in=typed)
    assert answer.status_code == 422
    assert "Write the time like this: 09:05" in answer.text
    assert f'value="{typed}"' in answer.text
    assert "<title>Error: Sheet</title>" in answer.text


def test_the_end_before_the_start_is_told_and_kept(door):
    later, sooner = (clock_time(door.morning.occurrence.start + timedelta(minutes=m), ZONE) for m in (20, 10))
    answer = door.tap(door.morning.ash, "times", time_in=later, time_out=sooner)
    assert answer.status_code == 422
    assert "The time out is before the time in." in answer.text
    assert answer.text.count('aria-invalid="true"') == 1


def test_a_time_typed_beside_late_is_the_time_and_a_wrong_one_is_told(door):
    came = door.morning.occurrence.start + timedelta(minutes=14)
    door.tap(door.morning.ash, "late", time_in=clock_time(came, ZONE))
    assert door.row(door.morning.ash).state.answer.time_in == came
    answer = door.tap(door.morning.ash, "left", 1, time_out="half past")
    assert answer.status_code == 422
    assert 'value="half past"' in answer.text


def test_two_tablets_that_both_say_here_keep_the_first_time(door):
    door.tap(door.morning.ash)
    came = door.row(door.morning.ash).state.answer.time_in
    door.tap(door.morning.ash)
    assert door.row(door.morning.ash).state.answer.time_in == came


def test_a_row_is_opened_from_the_page_that_a_wrong_time_leads_to(door):
    page = door.tap(door.morning.ash, "times", time_in="half past").text
    links = re.findall(r'<a href="([^"]+row=[^"]+)"', page)
    assert len(links) == 4
    assert {door.browser.get(link).status_code for link in links} == {200}


def test_the_panel_shows_the_history_of_the_mark(door):
    door.tap(door.morning.ash)
    door.tap(door.morning.ash, "excused", 1)
    page = door.get(f"/row/{door.uid(door.morning.ash)}").text
    assert "History of this mark" in page
    assert page.count("Ossian, today") == 2
    assert audited(AuditAction.ATTENDEE_OPENED) == 1


def test_a_note_is_kept_and_shown(door):
    answer = door.post(f"/note/{door.uid(door.morning.ash)}", note="Left her <coat>")
    assert "Left her &lt;coat&gt;" in door.browser.get(answer.location).text
    assert door.post(f"/note/{door.uid(door.morning.ash)}", note="x" * 2001).status_code == 422


def test_a_note_that_is_kept_is_said(door):
    where = f"/note/{door.uid(door.morning.ash)}"
    assert "Ash D.: note kept" in door.browser.get(door.post(where, note="Left early").location).text
    told = door.post(where, note="Left a coat", accept="application/json").json
    assert told["snack"] == {"words": "Ash D.: note kept", "undo": ""}


@pytest.mark.parametrize("mark", ["", "nonsense", "x.0.dance", "x.0.here", "\x00.0.here", "a" * 5000])
def test_a_mark_that_cannot_be_read_is_refused(door, mark):
    assert door.post("/mark", mark=mark, marking="arriving").status_code == 422


def test_two_answers_are_two_buttons_and_one_tap_settles_them(door):
    ana = door.morning.world.front_desk("Ana", "Sill")
    door.tap(door.morning.ash)
    answer = door.as_(ana).tap(door.morning.ash, "absent")
    page = door.browser.get(door.address).text
    assert "Which one?" in page
    assert "Ana, " in page
    assert "you, " in page
    assert answer.status_code == 303
    door.tap(door.morning.ash, "second", door.row(door.morning.ash).version)
    assert door.row(door.morning.ash).state.status is AttendanceStatus.ABSENT
    assert door.row(door.morning.ash).state.rival is None


# --- asked once ----------------------------------------------------------------------------------------------------


def test_the_first_mark_after_the_grace_asks_once(door):
    mark = f"{door.uid(door.morning.ash)}.0.here"
    asked = door.post("/mark", mark=mark)
    assert asked.status_code == 409
    assert "People are arriving now" in asked.text
    assert mark in asked.text
    assert db.session.query(Sheet).count() == 0
    door.post("/mark", mark=mark, marking="afterwards")
    assert door.row(door.morning.ash).state.answer.time_in == door.morning.occurrence.start
    assert door.post("/mark", mark=f"{door.uid(door.morning.basil)}.0.here").status_code == 303


def test_nothing_is_asked_where_somebody_marked_while_people_came_in(door):
    with clock.at(door.morning.occurrence.start + timedelta(minutes=2)):
        door.post("/mark", mark=f"{door.uid(door.morning.ash)}.0.here")
    assert door.post("/mark", mark=f"{door.uid(door.morning.basil)}.0.here").status_code == 303
    assert abs(door.row(door.morning.basil).state.answer.time_in - clock.now()) < timedelta(minutes=1)


@pytest.mark.usefixtures("minute")
def test_nothing_is_asked_before_the_grace_is_over(door, world):
    fresh = world.soon(door.morning.group, in_minutes=-3)
    mark = f"{attendee_uid(fresh.uid, door.morning.ash.uid)}.0.here"
    assert door.browser.post(f"/sheet/{fresh.uid}/mark", data={"mark": mark}).status_code == 303


def test_arriving_takes_the_time_of_the_tap(door):
    door.tap(door.morning.ash)
    came = door.row(door.morning.ash).state.answer.time_in
    assert abs(came - clock.now()) < timedelta(minutes=1)


# --- everyone else, walk-in -------------------------------------------------------------------------------------------


def test_everyone_else_says_the_number_and_has_one_undo(door):
    door.tap(door.morning.ash, "excused")
    answer = door.post("/everyone")
    page = door.browser.get(answer.location).text
    assert "3 people are here" in page
    name = re.search(r"done=([0-9a-f-]+)", answer.location)[1]
    door.post("/undo", name=name)
    assert queries.read_sheet(door.morning.occurrence).totals.shown[TileState.UNMARKED] == 3


def test_a_walk_in_is_found_by_name_and_told_apart_by_the_end_of_the_record_number(door):
    sorrel = door.morning.world.client("Sorrel", "Bramble")
    assert door.post("/walk-in", person=sorrel.uid, op="walk").status_code == 404
    page = door.post("/walk-in/find", q="sorrel").text
    assert "Sorrel B." in page
    assert f"record ends in {sorrel.record_number[-3:]}" in page
    assert "Bramble" not in page
    assert audited(AuditAction.WALK_IN_SOUGHT) == 1
    answer = door.post("/walk-in", person=sorrel.uid, op="walk")
    assert "Sorrel B." in door.browser.get(answer.location).text


def test_who_leads_finds_at_the_door_by_a_whole_name_or_number_five_at_most_and_of_the_site(door):
    world = door.morning.world
    sorrel = world.client("Sorrel", "Bramble")
    for number in range(7):
        world.client("Sage", f"Lantern {number}")
    world.client("Sorrel", "Elsewhere", site=world.another_site())
    sorrel.record_number = "HL-0001"
    db.session.commit()
    for words in ("SORREL", "bramble", "Sorrel Bramble", "bramble sorrel", "HL-0001", "hl0001", "HL/0001"):
        page = door.post("/walk-in/find", q=words).text
        assert page.count("Add and mark here") == 1 and "Sorrel B." in page, words
    for words in ("sor", "so", "Sorrel B", "0001", "L-0001", "Elsewhere"):
        assert "Add and mark here" not in door.post("/walk-in/find", q=words).text, words
    assert door.post("/walk-in/find", q="Sage").text.count("Add and mark here") == 5


def test_the_desk_finds_at_the_door_by_letters(door):
    door.morning.world.client("Sorrel", "Bramble")
    desk = door.as_(door.morning.world.front_desk())
    assert "Sorrel B." in desk.post("/walk-in/find", q="so").text
    assert "Sorrel B." not in desk.get("/walk-in?q=so").text


@pytest.mark.parametrize("letters", ["", "s", "%", "__", "\x00", "x" * 300])
def test_the_list_of_everybody_is_never_on_the_page(door, letters):
    door.morning.world.client("Sorrel", "Bramble")
    for who in (door, door.as_(door.morning.world.front_desk())):
        assert "Sorrel" not in who.post("/walk-in/find", q=letters).text


def test_a_guest_needs_no_name(door):
    answer = door.post("/walk-in", guest_name="", op="guest")
    assert "Guest" in door.browser.get(answer.location).text


def test_a_guest_name_that_is_too_long_is_told_and_kept(door):
    answer = door.post("/walk-in", guest_name="x" * 81, op="guest")
    assert answer.status_code == 422
    assert 'href="#guest_name"' in answer.text
    assert "x" * 81 in answer.text


def test_a_person_of_another_program_cannot_be_added(door):
    other = door.morning.world.another_program().client("Sorrel", "Bramble")
    assert door.post("/walk-in", person=other.uid).status_code == 404
    assert "Sorrel" not in door.post("/walk-in/find", q="sorrel").text


def test_over_capacity_is_said_and_not_refused(door):
    door.morning.occurrence.capacity = 1
    db.session.commit()
    door.tap(door.morning.ash)
    assert "This makes 2 of 1. You can go on." in door.get("/walk-in").text
    answer = door.post("/walk-in", guest_name="Sam", op="guest")
    assert "This makes 2 of 1" in door.browser.get(answer.location).text


# --- finishing ---------------------------------------------------------------------------------------------------------


def test_finishing_lists_the_unmarked_with_not_here_chosen(door):
    door.tap(door.morning.ash)
    page = door.get("/finish").text
    assert "3 people are not marked" in page
    assert "Finish now?" in page, "it runs for an hour more"
    assert len(re.findall('value="absent"[^>]* checked', page)) == 3


def test_the_summary_shows_counts_minutes_and_what_is_next(door):
    door.tap(door.morning.ash)
    door.finish(basil="excused")
    page = door.get().text
    assert "Finished" in page
    assert "by Ossian" in page
    assert "of 4 here" in page
    # Who came after 25 minutes has not spent, after an hour, what is still to come.
    for at, told in ((60, r"3[45] minutes together so far\."), (90, r"6[45] minutes together\.")):
        with clock.at(door.morning.occurrence.start + timedelta(minutes=at)):
            assert re.search(told, door.get().text)
    assert "No further date is planned." in page


def test_the_trend_of_the_group_stands_on_the_summary_from_three_times_on(door):
    for weeks in (1, 2, 3):
        earlier = door.morning.earlier(weeks)
        with clock.at(earlier.end):
            service.finish(door.morning.leader, earlier)
            db.session.commit()
            assert "The last" not in door.browser.get(f"/sheet/{earlier.uid}").text
    door.finish()
    assert "The last 4 times" in door.get().text


def test_two_answers_must_be_chosen_on_the_way(door):
    door.tap(door.morning.ash)
    door.as_(door.morning.world.front_desk()).tap(door.morning.ash, "absent")
    refused = door.finish()
    assert refused.status_code == 422
    assert f'href="#row-{door.uid(door.morning.ash)}"' in refused.text
    assert door.finish(ash="present").status_code == 303
    assert door.row(door.morning.ash).state.status is AttendanceStatus.PRESENT


def test_a_mark_on_a_finished_sheet_says_who_finished_it(door):
    door.finish()
    answer = door.tap(door.morning.ash, version=1)
    assert answer.status_code == 409
    assert "Ossian finished this sheet at" in answer.text
    assert "Who was here" in answer.text
    assert door.get("/finish").status_code == 303


@pytest.mark.parametrize("act", ["/reopen", "/did-not-meet"])
def test_a_missing_reason_is_told_in_words(door, act):
    answer = door.post(act, reason=" ")
    assert answer.status_code == 422
    assert "Please give a short reason. It is kept in the history." in answer.text


def test_opening_again_needs_a_reason(door):
    door.finish()
    refused = door.post("/reopen", reason="")
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.text
    assert door.post("/reopen", reason="Basil was in the kitchen").status_code == 303
    assert "Everyone else is here" in door.get().text


def test_whoever_finished_by_mistake_takes_it_back_at_once_and_the_history_says_so(door, client):
    basil, mar = door.morning.basil, door.morning.mar
    door.finish(basil="present", mar="present")
    door.post("/reopen", reason="Mat was in the kitchen")
    door.tap(basil, "clear", door.row(basil).version)
    door.tap(mar, "absent", door.row(mar).version)
    door.finish()
    page = door.get().text
    assert 'name="reason" value="Finished by mistake"' in page and 'name="undo" value="1"' in page
    colleague = client.as_(door.morning.world.front_desk("Ana", "Sill"))
    address = f"/sheet/{door.morning.occurrence.uid}"
    assert "Finished by mistake" not in colleague.get(address).text
    with clock.at(clock.now() + timedelta(minutes=3)):
        assert "Finished by mistake" not in door.get().text
    assert door.post("/reopen", reason="Finished by mistake", undo="1").status_code == 303
    assert db.session.scalars(select(Sheet.reopen_reason)).one() == "Finished by mistake"
    assert audited(AuditAction.SHEET_REOPENED) == 2
    # What this finish alone had said is unsaid; what somebody said, and what an earlier end did, stays.
    said = {
        name: door.row(getattr(door.morning, name)).state.status for name in ("ash", "basil", "mar", "mat")
    }
    assert said == {"ash": "absent", "basil": "unmarked", "mar": "absent", "mat": "absent"}
    assert "Everyone else is here (1)" in door.get().text


def test_did_not_meet_needs_a_reason_and_nobody_is_absent(door):
    assert door.get("/did-not-meet").status_code == 200
    assert door.post("/did-not-meet", reason=" ").status_code == 422
    assert door.post("/did-not-meet", reason="The heating failed").status_code == 303
    page = door.get().text
    assert "Did not meet" in page
    assert "The heating failed" in page
    assert "Nobody is counted as not here." in page


def test_did_not_meet_with_somebody_here_is_told(door):
    door.tap(door.morning.ash)
    answer = door.post("/did-not-meet", reason="The heating failed")
    assert answer.status_code == 409
    assert "One person is marked as here" in answer.text and "Clear 1 mark: we did not meet" in answer.text
    # As many as were seen, and no others, are cleared in one step; the history keeps them.
    assert 'name="clears" value="1"' in door.get("/did-not-meet").text
    assert door.post("/did-not-meet", reason="It was the week before", clears="2").status_code == 409
    assert door.post("/did-not-meet", reason="It was the week before", clears="1").status_code == 303
    said = db.session.scalars(select(AttendanceOperation.status).order_by(AttendanceOperation.id)).all()
    assert list(said) == ["present", "unmarked"]
    assert "Nobody is counted as not here." in door.get().text


def test_a_cancelled_date_says_so(door):
    door.morning.occurrence.status, door.morning.occurrence.reason = "cancelled", "Snow"
    db.session.commit()
    assert "This date was cancelled" in door.get().text


def test_the_paper_sheet_names_no_group_and_has_six_free_lines(door):
    page = door.get("/paper").text
    assert "Appointment" in page
    assert "Morning group" not in page
    assert page.count("Free line") == 6
    assert "Ash D." in page
    assert audited(AuditAction.SHEET_PRINTED) == 1


def test_who_is_late_by_the_clock_alone_is_asked_about_before_the_end_whatever_the_hour(door):
    row = door.uid(door.morning.ash)
    op = QueuedOperation(
        op_id="one", observed_at=clock.now(), attendee_id=row, status=AttendanceStatus.PRESENT, auto=True
    )
    service.apply(door.morning.leader, door.morning.occurrence, [op])
    db.session.commit()
    with clock.at(door.morning.occurrence.end + timedelta(minutes=5)):
        assert "How are you marking?" in door.get("/finish").text
        assert door.browser.post(f"{door.address}/finish").status_code == 409
        assert door.post("/finish", marking="afterwards").location.endswith("/finish")
        assert door.row(door.morning.ash).state.answer.time_in == door.morning.occurrence.start
        assert "3 people are not marked" in door.get("/finish").text
        assert door.finish().status_code == 303 and door.row(door.morning.basil).state.status == "absent"


def test_where_everybody_is_marked_one_tap_near_the_end_finishes(door):
    door.post("/everyone")
    assert 'action="' + door.address + '/finish"' not in door.get().text
    with clock.at(door.morning.occurrence.end - timedelta(minutes=4)):
        assert 'action="' + door.address + '/finish"' in door.get().text
        assert door.finish().status_code == 303


def test_long_before_the_start_an_excuse_can_be_written_and_nobody_is_here(door, world):
    later = world.soon(door.morning.group, in_minutes=60 * 30)
    row = attendee_uid(later.uid, door.morning.ash.uid)
    early = door.browser.post(f"/sheet/{later.uid}/mark", data={"mark": f"{row}.0.here"})
    assert early.status_code == 409
    assert "has not started yet" in early.text
    assert 'id="people"' in early.text
    end = door.browser.get(f"/sheet/{later.uid}/finish")
    assert (end.status_code, "has not started yet" in end.text) == (409, True)
    told = door.browser.post(f"/sheet/{later.uid}/everyone", headers={"Accept": "application/json"})
    assert (told.status_code, told.json["code"]) == (409, "not-started")
    assert door.browser.post(f"/sheet/{later.uid}/mark", data={"mark": f"{row}.0.excused"}).status_code == 303


# --- rows as data --------------------------------------------------------------------------------------------------------


def test_rows_are_served_as_the_data_the_page_is_drawn_from(door):
    found = door.get("/rows").json
    assert [row["label"] for row in found["rows"]] == ["Ash D.", "Basil C.", "Jo Mar.", "Jo Mat."]
    assert set(found["rows"][0]) >= {
        "id",
        "version",
        "status",
        "late",
        "left_early",
        "time_in",
        "time_out",
        "line",
    }
    assert found["open"] == 4


def test_only_what_changed_since_is_served_and_nothing_is_204(door):
    door.tap(door.morning.ash)
    version = door.get("/rows").json["version"]
    assert door.get(f"/rows?since={version}").status_code == 204
    door.tap(door.morning.basil)
    changed = door.get(f"/rows?since={version}").json
    assert [row["label"] for row in changed["rows"]] == ["Basil C."]


def test_a_sheet_nobody_opened_has_nothing_new(door):
    assert door.get("/rows?since=0").status_code == 204
    door.tap(door.morning.ash)
    assert len(door.get("/rows?since=0").json["rows"]) == 4


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 40, "١"])
def test_a_since_that_is_no_version_is_the_beginning(door, since):
    door.tap(door.morning.ash)
    assert len(door.get(f"/rows?since={since}").json["rows"]) == 4


def test_a_row_that_was_taken_off_is_told_as_gone(door):
    answer = door.post("/walk-in", guest_name="Sam", op="guest")
    version = door.get("/rows").json["version"]
    door.post("/undo", name="guest")
    assert answer.status_code == 303
    assert len(door.get(f"/rows?since={version}").json["gone"]) == 1


def test_a_mark_is_answered_with_its_row_where_data_is_asked_for(door):
    done = door.tap(door.morning.ash, op="op-1", accept="application/json").json
    assert [(row["label"], row["status"]) for row in done["rows"]] == [("Ash D.", "present")]
    assert done["snack"]["undo"] == "op-1"
    assert done["open"] == 3
    again = door.tap(door.morning.ash, op="op-1", accept="application/json").json
    assert again["rows"][0]["version"] == done["rows"][0]["version"]
    assert db.session.query(AttendanceOperation).count() == 1


def test_everyone_and_undo_are_answered_with_their_rows(door):
    done = door.post("/everyone", op="all", accept="application/json").json
    assert len(done["rows"]) == 4
    back = door.post("/undo", name="all", accept="application/json").json
    assert [row["status"] for row in back["rows"]] == ["unmarked"] * 4
    assert back["snack"] == {"words": "Taken back", "undo": ""}


def test_an_undo_whose_answer_was_lost_can_be_asked_for_again(door):
    door.tap(door.morning.ash, op="op-1")
    first, again = (door.post("/undo", name="op-1", accept="application/json") for _ in range(2))
    assert again.status_code == 200
    assert again.json["rows"] == first.json["rows"]
    assert again.json["snack"]["words"] == "Ash D.: Not marked"


# --- who may ---------------------------------------------------------------------------------------------------------------


PAGES = ["", "/rows", "/paper", "/finish", "/walk-in", "/did-not-meet", "/row/x"]
VERBS = [
    "/mark",
    "/everyone",
    "/undo",
    "/walk-in",
    "/finish",
    "/reopen",
    "/did-not-meet",
    "/reason",
    "/note/x",
]


def test_a_stranger_gets_the_answer_for_what_does_not_exist(door):
    unknown = door.browser.get("/sheet/unknown-unknown").text
    for person in door.morning.strangers().values():
        other = door.as_(person)
        for path in PAGES:
            answer = other.get(path)
            assert answer.status_code == 404, (person.name, path)
        for path in VERBS:
            assert other.post(path, mark="x.0.here", reason="x").status_code == 404, (person.name, path)
    assert "Ash" not in unknown
    assert db.session.query(Attendee).count() == 0


def test_a_visitor_is_asked_to_sign_in(door, client):
    answer = client.get(door.address)
    assert answer.status_code == 303
    assert "/sign-in?next=" in answer.location
    assert client.post(f"{door.address}/mark").status_code == 404


def test_a_team_mate_at_the_desk_has_the_same_sheet(door):
    desk = door.as_(door.morning.world.front_desk())
    assert "Ash D." in desk.get().text
    assert desk.tap(door.morning.ash).status_code == 303


def test_a_supervisor_gives_a_reason_first(door):
    marigold = door.as_(door.morning.world.supervisor())
    page = marigold.get().text
    assert "Why do you open this sheet?" in page
    assert "Ash" not in page
    assert marigold.get("/rows").status_code == 404
    for path in ("/finish", "/walk-in", "/paper", "/did-not-meet"):
        assert marigold.get(path).location == door.address
    assert marigold.post("/reason", reason="").status_code == 422
    assert marigold.tap(door.morning.ash).status_code == 409
    marigold.post("/reason", reason="The paper sheet came late")
    assert "Ash D." in marigold.get().text


def test_after_seven_days_who_leads_says_why_before_they_write(door):
    with clock.at(door.morning.occurrence.end + timedelta(days=8)):
        assert "Why do you open this sheet?" in door.get().text


def test_a_wrong_method_is_405_for_staff_and_404_for_others(door):
    assert door.get("/mark").status_code == 405
    assert door.as_(door.morning.ash).get("/mark").status_code == 404


def test_a_form_without_its_token_is_refused(door, app):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert door.tap(door.morning.ash).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_whoever_acts_as_themselves_has_no_sheet(door):
    assert door.browser.as_(door.morning.ossian, as_self=True).get(door.address).status_code == 404


# --- size ------------------------------------------------------------------------------------------------------------------


def test_the_page_of_a_sheet_of_forty_stays_small_and_asks_little(world, client, statements):
    morning = Morning(world, capacity=40)
    for number in range(36):
        morning.enrol(world.client(f"Sage{chr(97 + number % 26)}", f"Isobar{number}"))
    browser = client.as_(morning.ossian)
    before = len(statements())
    page = browser.get(f"/sheet/{morning.occurrence.uid}")
    assert len(statements()) - before <= 12
    assert page.text.count("tile-main") == 40
    assert len(page.data) <= 48_000 and len(gzip.compress(page.data)) <= 8_500


def test_a_mark_by_its_page_needs_at_most_nine_statements_beside_who_is_asking(door, statements):
    door.tap(door.morning.ash)
    before = len(statements())
    # Before the mark, and again before it is kept.
    who = tuple(
        f"SELECT {table}" for table in ("person", "grant_held", "program", "sign_in", "facilitator.group_id")
    )
    door.tap(door.morning.basil, accept="application/json")
    ours = [one for one in statements()[before:] if not one.startswith(who)]
    assert len(ours) <= 9


NUL = "a\x00b"


def test_no_text_a_browser_can_send_breaks_the_sheet(door):
    ash = door.uid(door.morning.ash)
    assert door.browser.get("/sheet/a%00b").status_code == 404
    for path in (
        "?row=a%00b",
        "?only=a%00b&sort=a%00b&q=a%00b",
        "?done=a%00b",
        "/rows?since=a%00b",
        "/walk-in?q=a%00b",
    ):
        assert door.get(path).status_code == 200, path
    assert door.get("/row/a%00b").status_code == 404
    for path, fields in (
        ("/mark", {"mark": f"{NUL}.0.here"}), ("/mark", {"mark": f"{ash}.0.here", "op": NUL, "device": NUL}),
        ("/mark", {"mark": f"{ash}.0.times", "time_in": NUL}), ("/undo", {"name": NUL}), ("/everyone", {"op": NUL}),
        ("/walk-in", {"person": NUL, "op": NUL, "guest_name": NUL}), ("/finish", {f"row-{NUL}": "absent"}),
        ("/reopen", {"reason": NUL}), ("/did-not-meet", {"reason": NUL}), (f"/note/{ash}", {"note": NUL}),
        ("/note/a%00b", {"note": NUL}), ("/walk-in/find", {"q": NUL}), ("/search", {"q": NUL}),
    ):  # fmt: skip
        assert door.post(path, **fields).status_code < 500, (path, fields)


def test_two_people_of_the_same_name_are_told_apart_by_the_end_of_their_numbers_which_is_never_cut(
    world, client
):
    morning = Morning(world, capacity=14)
    door = Door(morning, client.as_(morning.ossian))
    for _ in range(2):
        door.morning.enrol(world.client("Jo", "Mason"))
    page = door.get().text
    assert len(re.findall(r'<div class="tile[^"]* is-long">.{,300}<strong>Jo Mason \w{3}<', page, re.S)) == 0
    for number in range(8):
        door.morning.enrol(world.client(f"Guest{number}", "Lamp"))
    page = door.get().text
    assert len(re.findall(r'<div class="tile[^"]* is-long">.{,300}<strong>Jo Mason \w{3}<', page, re.S)) == 2
