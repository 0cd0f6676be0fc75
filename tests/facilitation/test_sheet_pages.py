"""The pages of run sheets: what is pressed is done, and who may not write finds no button."""

import pytest

from groupsched.facilitation import queries, service
from groupsched.facilitation.queries import sheet_of_date, template_of
from groupsched.facilitation.rules import SheetAct
from tests.factories import tomorrow_at

pytestmark = pytest.mark.on_sqlite


@pytest.fixture
def lead(world):
    return world.facilitator()


@pytest.fixture
def date(world, lead):
    return world.series(world.group(led_by=lead), tomorrow_at(10), dates=2)[0]


@pytest.fixture
def page(client, lead):
    return client.as_(lead)


def press(page, date, act, phase="", **more):
    number = sheet_of_date(date).number
    data = {"act": act, "phase": phase, "number": number, **more}
    return page.post(f"/occurrences/{date.uid}/run-sheet", data=data)


def keys(date):
    return [one.key for one in sheet_of_date(date).sheet.phases]


def test_a_date_shows_its_phases_with_their_times_and_the_bar(page, date):
    text = page.get(f"/occurrences/{date.uid}/run-sheet").text
    assert "Check-in round" in text and "10:05" in text
    assert "90 of 90 min" in text
    assert "From the run sheet of the group" in text


def test_each_button_does_what_it_says_and_undo_takes_it_back(page, date):
    assert press(page, date, SheetAct.MORE, "welcome").status_code == 303
    assert sheet_of_date(date).sheet.phase("welcome").minutes == 6
    press(page, date, SheetAct.LESS, "check-in")
    assert sheet_of_date(date).sheet.phase("check-in").minutes == 14
    press(page, date, SheetAct.DOWN, "welcome")
    assert keys(date)[:2] == ["check-in", "welcome"]
    press(page, date, SheetAct.MOVE_TO, "welcome", place="1")
    assert keys(date)[0] == "welcome"
    press(page, date, SheetAct.TAKE_OUT, "housekeeping")
    assert "housekeeping" not in keys(date)
    press(page, date, SheetAct.UNDO)
    assert "housekeeping" in keys(date)
    answer = press(page, date, SheetAct.ADD)
    opened = answer.location.rsplit("#")[1]
    assert opened in keys(date) and f'name="name-en"' in page.get(answer.location).text  # noqa: F541
    press(page, date, SheetAct.COPY, "agenda")
    assert len(keys(date)) == 10


def test_spare_minutes_are_offered_to_the_long_part_and_too_many_are_fitted(page, date):
    press(page, date, SheetAct.TAKE_OUT, "housekeeping")
    text = page.get(f"/occurrences/{date.uid}/run-sheet").text
    assert "85 of 90 min" in text and "Give the 5 to Working time" in text
    press(page, date, SheetAct.GIVE_SPARE)
    assert sheet_of_date(date).sheet.phase("work").minutes == 45
    press(page, date, SheetAct.SAVE, "agenda", **{"minutes": "25", "name-en": "Agenda"})
    assert "20 over" in page.get(f"/occurrences/{date.uid}/run-sheet").text
    press(page, date, SheetAct.FIT)
    assert sheet_of_date(date).sheet.total.used == 90


def test_words_are_kept_in_each_language_and_a_prompt_comes_from_the_library(page, date):
    said = {
        "minutes": "12", "company": "pairs", "flags": ["round"], "roles": ["reader"], "name-en": "Talk <b>",
        "prompts-en": "One?\n\n Two? ", "name-es": "Charla", "note-en": "Mind the clock",
    }  # fmt: skip
    press(page, date, SheetAct.SAVE, "agenda", **said)
    found = sheet_of_date(date).sheet.phase("agenda")
    assert (found.minutes, found.company, found.goes_round) == (12, "pairs", True)
    assert found.texts["en"].prompts == ("One?", "Two?") and found.texts["es"].name == "Charla"
    opened = page.get(f"/occurrences/{date.uid}/run-sheet?open=check-in&deck=check_in").text
    assert "Talk &lt;b&gt;" in opened and "If you were the weather today" in opened
    press(page, date, SheetAct.USE_PROMPT, "check-in", prompt="in-weather")
    assert "what would it be?" in sheet_of_date(date).sheet.phase("check-in").texts["en"].prompts[-1]
    assert "El clima" not in opened
    found = page.get(f"/occurrences/{date.uid}/run-sheet?open=check-in&q=BATTERY").text
    assert "battery" in found and "If you were the weather today, what" in found


def test_a_button_keeps_what_was_written_beside_it(page, date):
    press(page, date, SheetAct.DOWN, "agenda", **{"minutes": "7", "name-en": "Themes"})
    found = sheet_of_date(date).sheet
    assert found.phase("agenda").texts["en"].name == "Themes" and keys(date).index("agenda") == 3


def test_what_does_not_go_is_said(page, date):
    assert press(page, date, SheetAct.SAVE, "agenda", **{"minutes": "7", "name-en": " "}).status_code == 422
    assert press(page, date, "nonsense", "agenda").status_code == 404
    assert press(page, date, SheetAct.UP, "nothing").status_code == 404
    assert press(page, date, SheetAct.UNDO).status_code == 409
    stale = page.post(
        f"/occurrences/{date.uid}/run-sheet", data={"act": SheetAct.MORE, "phase": "agenda", "number": 9}
    )
    assert stale.status_code == 409


def test_a_date_goes_back_to_the_sheet_of_its_group_or_gives_it_its_own(page, date):
    press(page, date, SheetAct.MORE, "welcome")
    assert page.post(f"/occurrences/{date.uid}/run-sheet/group").status_code == 303
    assert template_of(date.group).sheet.phase("welcome").minutes == 6
    page.post(f"/occurrences/{date.uid}/run-sheet/drop", data={"number": sheet_of_date(date).number})
    found = sheet_of_date(date)
    assert found.own is None and found.sheet.phase("welcome").minutes == 6


def test_a_group_is_given_another_sheet_or_one_of_its_own(page, date):
    where = f"/groups/{date.group.uid}/run-sheet"
    assert "Structured support" in page.get(where).text
    assert page.post(f"{where}/choose", data={"run_sheet": "meditation"}).status_code == 303
    assert template_of(date.group).key == "meditation"
    assert page.post(f"{where}/choose", data={"run_sheet": "nothing"}).status_code == 422
    page.post(f"{where}/own")
    own = template_of(date.group)
    data = {"act": SheetAct.MORE, "phase": "arrive", "number": own.number}
    assert page.post(where, data=data).status_code == 303
    assert template_of(date.group).sheet.phase("arrive").minutes == 6
    assert "For this group alone" in page.get(where).text


def test_the_sheets_of_the_program_are_read_by_staff_and_written_by_who_may(client, world, lead):
    row = next(one for one in queries.library_rows(world.program.id) if one.key == "meditation")
    where, data = f"/run-sheets/{row.uid}", {"act": SheetAct.MORE, "phase": "arrive", "number": 1}
    reader, writer = client.as_(lead), client.as_(world.admin())
    assert "Meditation" in reader.get("/run-sheets").text
    assert "Add a phase" not in reader.get(where).text
    assert reader.post(where, data=data).status_code == 404
    assert "Add a phase" in writer.get(where).text
    assert writer.post(where, data=data).status_code == 303
    assert (
        writer.post(f"{where}/words", data={"name-en": "Sitting", "total": "50", "number": 2}).status_code
        == 303
    )
    kept = queries.get_template(world.system, row.uid).sheet
    assert (kept.name["en"], kept.minutes, kept.phase("arrive").minutes) == ("Sitting", 50, 6)
    copy = writer.post(f"{where}/copy").location
    assert "Sitting, copy" in writer.get(copy).text
    writer.post(f"{where}/retire")
    assert "Bring it back" in writer.get(where).text
    writer.post(f"{where}/retire", data={"back": "1"})
    assert "Add a phase" in writer.get(where).text


def test_a_stranger_finds_no_sheet_and_a_client_none_at_all(client, world, date):
    where = f"/occurrences/{date.uid}/run-sheet"
    for person in (world.facilitator("Pike", "Mockridge"), world.client()):
        assert client.as_(person).get(where).status_code == 404
        assert client.as_(person).get(f"{where}/print").status_code == 404


def test_on_paper_the_room_sees_no_note_and_no_name(page, date):
    press(
        page,
        date,
        SheetAct.SAVE,
        "agenda",
        **{"minutes": "5", "name-en": "Agenda", "note-en": "Ask about Tuesday"},
    )
    where = f"/occurrences/{date.uid}/run-sheet/print"
    lead, room, things = (page.get(f"{where}?for={one}").text for one in ("lead", "room", "materials"))
    assert "Ask about Tuesday" in lead and "Open the room" in lead and date.group.title in lead
    assert "Ask about Tuesday" not in room and date.group.title not in room
    assert "What is shared here stays here" in room and "How have the last days been" in room
    assert "talking object" in things and "Ask about Tuesday" not in things
    assert page.get(f"{where}?for=nobody").status_code == 404


def test_of_a_date_that_is_over_there_is_no_button(page, world, lead):
    over = world.soon(world.group(led_by=lead), in_minutes=-100, minutes=60)
    text = page.get(f"/occurrences/{over.uid}/run-sheet").text
    assert "No run sheet was kept for this date" in text and "Add a phase" not in text


def test_pages_of_the_group_and_of_today_lead_to_the_sheet(page, world, lead, date):
    running = world.soon(date.group)
    assert f"/occurrences/{date.uid}/run-sheet" in page.get(f"/groups/{date.group.uid}").text
    assert f"/occurrences/{running.uid}/run-sheet" in page.get("/today").text
    service.change_date_sheet(world.system, date, sheet_of_date(date).sheet, 0)
    assert "only this date" in page.get(f"/occurrences/{date.uid}/run-sheet").text


def test_the_page_of_a_group_tells_everybody_what_happens_part_by_part_and_nothing_of_one_date(
    page, client, world, lead, date
):
    press(page, date, SheetAct.SAVE, "agenda", **{"minutes": "5", "name-en": "What Robin asked for"})
    text = client.get(f"/sessions/{date.group.uid}/{date.original_local}").text
    assert "Part by part" in text and "Each voice is heard once." in text
    assert "What Robin asked for" not in text and "Go round once" not in text
    alone = world.group("Talk", setting="private", led_by=lead)
    world.series(alone, tomorrow_at(12), dates=1)
    assert "Part by part" not in page.get(f"/sessions/{alone.uid}").text
