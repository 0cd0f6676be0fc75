"""The staff week: rooms or people side by side, and who sees which dates on it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from groupsched.access.policy import Permission, can
from groupsched.catalog.queries import facts
from groupsched.catalog.rules import Setting
from groupsched.catalog.service.filling import set_leaders
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.home.queries import week_dates
from groupsched.home.rules import Meeting, hours_shown, overlapping, pages_of, taken_spans, together
from groupsched.schedule.rules import HoursSpan
from groupsched.schedule.service import (
    WantedClosure,
    assign_begun,
    cancel_occurrence,
    close,
    enter_time_off,
    set_hours,
)
from tests.conftest import identity_of, read_html
from tests.factories import ZONE
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

MONDAY = date(2026, 12, 7)
NOW = datetime(2026, 12, 7, 13, 30, tzinfo=clock.UTC)  # 8:30 in New York


def at(hour, minute=0, day=7):
    return datetime(2026, 12, day, hour, minute)


@kept(at=NOW)
def house(world):
    return House(world)


class House:
    """Two who lead, two rooms: one room is taken twice on Tuesday, one group is hidden, one is one to one."""

    def __init__(self, world):
        self.world = world
        self.ossian, self.juniper = world.facilitator(), world.facilitator("Juniper", "Placeholder")
        self.annex = world.another_site()
        self.loft = world.place("Quiet Loft")
        self.desk, self.away = world.front_desk(), world.front_desk("Heron", "Farther", site=self.annex)
        self.sup, self.admin, self.robin = world.supervisor(), world.admin(), world.client()
        self.tea = world.group("Tea group", led_by=self.ossian)
        self.family = world.group("Family evening", led_by=self.juniper)
        self.hidden = world.group("Quiet start", led_by=self.juniper, hidden=True, place=self.loft)
        self.alone = world.group("Talk", led_by=self.juniper, setting=Setting.PRIVATE, place=self.loft)
        self.draft = world.group("Not yet", led_by=self.ossian, state="draft")
        for group, first in (
            (self.tea, at(18, day=8)), (self.family, at(18, 30, day=8)), (self.hidden, at(9)),
            (self.alone, at(11)),
        ):  # fmt: skip
            world.series(group, first, dates=2)

    def titles(self, person, monday=MONDAY):
        with clock.at(NOW):
            return [one.group.title for one in week_dates(identity_of(person), monday)]

    def dates(self):
        with clock.at(NOW):
            return week_dates(identity_of(self.sup), MONDAY)

    def page(self, client, person, query=""):
        with clock.at(NOW):
            return client.as_(person).get(f"/week{query}")


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ossian", ["Tea group", "Family evening"]),
        ("juniper", ["Quiet start", "Talk", "Tea group", "Family evening"]),
        ("desk", ["Quiet start", "Talk", "Tea group", "Family evening"]),
        ("away", ["Tea group", "Family evening"]),
        ("sup", ["Quiet start", "Talk", "Tea group", "Family evening"]),
        ("admin", ["Quiet start", "Talk", "Tea group", "Family evening"]),
    ],
)
def test_each_role_sees_what_it_may_read_and_no_more(house, who, seen):
    person = getattr(house, who)
    assert house.titles(person) == seen
    identity = identity_of(person)
    groups = [house.tea, house.family, house.hidden, house.alone]
    allowed = {g.title for g in groups if can(identity, Permission.GROUP_READ, facts(g))}
    assert set(seen) == allowed


def test_who_led_a_hidden_date_still_sees_that_one_when_the_group_is_handed_on(house, client):
    with clock.at(NOW + timedelta(hours=1)):
        assign_begun(clock.now())
        set_leaders(house.hidden, [house.ossian.id])
        db.session.commit()
        db.session.expire_all()
    assert "Quiet start" in house.titles(house.juniper)
    later = MONDAY + timedelta(7)
    assert "Quiet start" not in house.titles(house.juniper, later)
    assert "Quiet start" in house.titles(house.ossian, later)


def tables(answer):
    """The table of the page as a list of rows of cells, and the words of the list beside it."""
    page = read_html(answer.text)
    rows = [[words(cell) for cell in row.iter() if cell.tag in ("th", "td")] for row in page.iter("tr")]
    listed = next(part for part in page.iter("div") if part.get("class") == "weeklist")
    return rows, words(listed)


def words(part):
    return " ".join("".join(part.itertext()).split())


def test_a_room_that_is_taken_twice_is_one_box_and_said_on_the_list(house, client):
    rows, listed = tables(house.page(client, house.sup))
    assert [cell.split(" ")[0] for cell in rows[0][1:]] == ["Oak", "Quiet"]
    monday, tuesday = rows[1], rows[2]
    assert "Quiet start" in monday[2] and "Talk" in monday[2] and "twice" not in monday[2]
    assert tuesday[1].count("Room taken twice") == 1
    assert "Tea group" in tuesday[1] and "Family evening" in tuesday[1]
    assert listed.count("Oak Room taken twice") == 2
    assert listed.index("Quiet start") < listed.index("Talk") < listed.index("Tea group")


def test_people_stand_side_by_side_with_the_reader_first(house, client):
    rows, _listed = tables(house.page(client, house.juniper, "?by=people"))
    assert [cell.split(" ")[0] for cell in rows[0][1:]] == ["Juniper", "Ossian"]
    assert "Oak Room taken twice" in rows[2][1] and "Oak Room taken twice" in rows[2][2]


def test_what_is_cancelled_takes_no_room(house, client):
    with clock.at(NOW):
        found = week_dates(identity_of(house.sup), MONDAY)
        tea = next(one for one in found if one.group.title == "Tea group")
        cancel_occurrence(identity_of(house.sup), tea, "The kettle is broken.")
        db.session.commit()
    answer = house.page(client, house.sup)
    assert "taken twice" not in tables(answer)[1]
    assert "3 sessions." in answer.text and "Cancelled" in answer.text


def test_links_lead_where_the_reader_may_go(house, client):
    own = house.page(client, house.ossian).text
    tea, family = (
        next(one for one in house.dates() if one.group_id == g.id) for g in (house.tea, house.family)
    )
    assert f"/occurrences/{tea.uid}/edit" in own and f"/occurrences/{tea.uid}/cancel" in own
    assert f"/occurrences/{family.uid}/edit" not in own and f"/occurrences/{family.uid}/cancel" not in own
    desk = house.page(client, house.desk).text
    assert f"/groups/{house.tea.uid}/edit" not in desk and f"/sheet/{tea.uid}" not in desk
    with clock.at(NOW + timedelta(days=1)):
        assert f"/sheet/{tea.uid}" in client.as_(house.desk).get("/week").text
        assert f"/sheet/{tea.uid}" not in client.as_(house.away).get("/week").text


def test_any_week_can_be_asked_for(house, client):
    assert "Tea group" in house.page(client, house.sup, "?day=2026-12-16").text
    for nonsense in (
        "?day=soon",
        "?day=0001-01-01",
        "?day=9999-12-31",
        "?page=99",
        "?page=-3",
        "?page=x",
        "?by=x",
    ):
        assert "Tea group" in house.page(client, house.sup, nonsense).text, nonsense
    empty = house.page(client, house.sup, "?day=2027-06-01").text
    assert "Nothing is planned in this week" in empty


def test_hours_and_days_are_written_as_the_region_does(house, client):
    house.world.program.region = "US"
    db.session.commit()
    page = house.page(client, house.sup).text
    assert "December 7 to December 13" in page and "6:00–7:30 PM" in page and "New York time" in page


def test_forty_rooms_of_a_week_ask_at_most_twelve_times(world, client, statements):
    lead, monday = world.facilitator(), datetime(2027, 1, 4, 9)
    with clock.at(NOW):
        for number in range(40):
            group = world.group(f"Group {number}", led_by=lead, place=world.place(f"Room {number:02}"))
            world.series(group, monday + timedelta(days=number % 7, hours=number % 5), dates=1)
        reader = client.as_(world.supervisor())
        for where in (
            "/week?day=2027-01-04",
            "/week?day=2027-01-04&by=people",
            "/week?day=2027-01-04&page=6",
        ):
            db.session.close()
            before = len(statements())
            answer = reader.get(where)
            assert len(statements()) - before <= 12, where
    rows, listed = tables(answer)
    assert len(rows[0]) == 1 + 6 and len(rows) == 1 + 7 and "36 to 41 of 41" in answer.text
    assert all(f"Group {number}" in listed for number in range(40))


def meeting(number, begins, ends, **fields):
    start = datetime(2026, 12, 7, tzinfo=clock.UTC)
    return Meeting(
        number, start + timedelta(hours=begins), start + timedelta(hours=ends), int(begins * 60), **fields
    )


def test_what_touches_does_not_overlap_and_a_long_one_overlaps_all_within():
    assert overlapping([meeting(1, 9, 10), meeting(2, 10, 11)]) == set()
    assert overlapping(
        [meeting(1, 9, 12), meeting(2, 9.5, 10), meeting(3, 11, 11.5), meeting(4, 12, 13)]
    ) == {1, 2, 3}
    assert overlapping([meeting(1, 9, 12, takes_place=False), meeting(2, 9, 10)]) == set()
    assert together([meeting(1, 9, 12), meeting(2, 11, 13), meeting(3, 12, 14), meeting(4, 14, 15)]) == [
        [1, 2, 3],
        [4],
    ]


def test_hours_outside_the_usual_ones_show_where_something_takes_place():
    assert hours_shown([]) == (8, 20)
    early, late = meeting(1, 6.5, 7), meeting(2, 22, 25)
    assert hours_shown([early]) == (6, 20) and hours_shown([late]) == (8, 24)
    (span,) = taken_spans([late], (8, 24), frozenset())
    assert (span.begins, span.minutes, span.twice) == (14 * 60, 120, False)
    assert [pages_of(count) for count in (0, 7, 8, 40)] == [1, 1, 2, 6]


def test_a_day_on_which_the_house_is_closed_says_so_in_its_rooms_and_on_the_list(house, client):
    begin = datetime(2026, 12, 8, tzinfo=ZoneInfo(ZONE))
    with clock.at(NOW):
        wanted = WantedClosure(house.world.site, "Staff training", begin, begin + timedelta(days=1))
        close(identity_of(house.admin), [wanted])
        db.session.commit()
    rows, listed = tables(house.page(client, house.ossian))
    assert "Staff training" in rows[2][0] and "Staff training" not in rows[1][0] + rows[3][0]
    assert "Cancelled" in rows[2][1] and rows[2][2] == "Closed" and rows[3][2] == "– nothing"
    assert listed.count("Closed: Staff training") == 1


def heads(answer):
    return [cell.split(" ")[0] for cell in tables(answer)[0][0][1:]]


def choose(house, client, person, view, *keys, **more):
    with clock.at(NOW):
        answer = client.as_(person).post(
            "/week/columns", data={"by": view, "day": "2026-12-07", "column": list(keys), **more}
        )
    assert answer.status_code == 303
    return house.page(client, person, answer.headers["Location"].removeprefix("/week"))


def test_who_looks_chooses_the_columns_of_their_own_week(house, client):
    """Kept per person and view; also somebody who leads nothing then; all of them again with one button."""
    idle = house.world.facilitator("Saffron", "Placeholder")
    assert heads(house.page(client, house.sup)) == ["Oak", "Quiet"]
    assert heads(choose(house, client, house.sup, "rooms", house.loft.uid, "no-room")) == ["Quiet"]
    assert heads(house.page(client, house.admin)) == ["Oak", "Quiet"]
    people = choose(house, client, house.sup, "people", house.ossian.uid, idle.uid)
    assert heads(people) == ["Ossian", "Saffron"] and "2 of 3" in people.text
    assert heads(house.page(client, house.sup)) == ["Quiet"]
    assert heads(choose(house, client, house.sup, "rooms", house.loft.uid, all="1")) == ["Oak", "Quiet"]
    # Who does not see all of the program chooses among those of their own dates.
    assert idle.short_name not in house.page(client, house.ossian, "?by=people").text


def test_when_somebody_is_away_or_does_not_work_shades_their_days(house, client):
    zone, sup = ZoneInfo(ZONE), identity_of(house.sup)
    with clock.at(NOW):
        begin = datetime(2026, 12, 9, tzinfo=zone)
        enter_time_off(sup, house.juniper, begin, begin + timedelta(days=1))
        enter_time_off(
            sup, house.juniper, begin + timedelta(days=1, hours=9), begin + timedelta(days=1, hours=12)
        )
        set_hours(sup, house.juniper, {day: HoursSpan(9 * 60, 17 * 60) for day in range(5)})
        db.session.commit()
    answer = house.page(client, house.juniper, "?by=people")
    rows = tables(answer)[0]
    assert rows[1][1].endswith("Works 09:00–17:00") and "Works" not in rows[1][2]
    assert rows[3][1] == "Away" and rows[4][1] == "– nothing Works 09:00–17:00 Away 09:00–12:00"
    assert rows[6][1] == rows[7][1] == "Not working" and rows[6][2] == "– nothing"
    # Of a bar from 8 to 20 three hours at its end, one at its beginning, and the three of Thursday.
    for piece in ('x="540" width="180"', 'x="0" width="60"', 'x="60" width="180"', 'x="0" width="720"'):
        assert f'class="b-absent" {piece}' in answer.text
    assert "b-absent" not in house.page(client, house.juniper).text


def test_a_date_is_put_down_elsewhere_and_its_page_shows_what_that_does_before_it_is_saved(house, client):
    tea = next(one for one in house.dates() if one.group.title == "Tea group")
    page = house.page(client, house.sup)
    at = f"/occurrences/{tea.uid}/edit"
    assert f'data-move="{at}"' in page.text and f'href="{at}#when"' in page.text
    assert 'data-begins="1080" data-minutes="90"' in page.text
    with clock.at(NOW):
        reader = client.as_(house.sup)
        put = reader.get(
            f"{at}?day=2026-12-09&start=09:30&room={house.loft.uid}&lead={house.juniper.uid}"
        ).text
        assert 'value="2026-12-09"' in put and 'value="09:30"' in put and 'value="11:00"' in put
        assert f'<option selected value="{house.loft.uid}">' in put
        assert f'<option selected value="{house.juniper.uid}">' in put
        assert "Tue 8 Dec, 18:00 moves to Wed 9 Dec, 09:30." in put and tea.start == house.dates()[2].start
        wrong = reader.get(f"{at}?day=soon&start=25:99&room=none&lead=nobody")
        assert wrong.status_code == 200 and "Nothing would change yet." in wrong.text
        over = reader.get(f"{at}?day=2026-12-01&start=09:30").text
        assert "moves to" not in over and "fielderror" in over
        assert "data-move" not in client.as_(house.away).get("/week").text
