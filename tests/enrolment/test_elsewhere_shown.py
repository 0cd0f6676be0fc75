"""Who reads that some dates are in another place finds on the page which, where, and from which day on."""

from groupsched.core.db import db
from groupsched.schedule.queries import coming
from groupsched.schedule.rules import ChangeScope, DateField
from groupsched.schedule.service import WantedDate, change_occurrence
from tests.conftest import identity_of
from tests.enrolment.test_told_changes import NOW, THURSDAYS, House
from tests.kept import kept


@kept(at=NOW, still=True)
def tea(world):
    return House(world, THURSDAYS)


def test_the_pages_of_a_seat_say_which_dates_are_elsewhere_and_from_when_on(tea, client):
    """The mail led to a page that named neither the day nor the room."""
    lamp, loft = tea.world.place("Lamp Room"), tea.world.place("Quiet Loft")
    dates = coming(tea.group, NOW, 8)
    for room, date, scope in (
        (loft, dates[1], ChangeScope.THIS),
        (lamp, dates[6], ChangeScope.FOLLOWING),
    ):
        wanted = WantedDate(values={DateField.PLACE: room.id}, scope=scope)
        change_occurrence(identity_of(tea.lead), date, wanted)
    db.session.commit()
    browser, page = client.as_(tea.robin), f"/sessions/{tea.group.uid}"
    mine, group = browser.get(f"{page}/mine").text, browser.get(page).text
    for text in (mine, group):
        assert "From Thu, Jan 7, 2027, 11:00 AM on: Lamp Room." in text
        assert text.count("<small>Quiet Loft</small>") == 1
    assert "<small>Lamp Room</small>" in mine and "<small>Oak Room</small>" not in mine
    assert "on: Lamp Room" not in browser.get(f"{page}/{dates[1].original_local}").text, "that of one date"
