"""Two others like it: the nearest in time, however many there are."""

from datetime import datetime, timedelta

from groupsched.core import clock
from groupsched.enrolment.queries import similar
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-11-02T13:00:00+00:00")


def test_the_nearest_two_are_found_behind_many_that_are_farther(world):
    """Of more than sixty dates any sixty were looked at, and the nearest was not among them."""
    with clock.at(NOW):
        circle, robin = world.group("Circle"), world.client()
        [date] = world.series(circle, datetime(2026, 11, 12, 18), dates=1)
        for number in range(8):
            world.series(
                world.group(f"Often {number}"), datetime(2026, 11, 5, 8, number), dates=9, every_days=1
            )
        near, next_to = world.group("Near"), world.group("Next to it")
        world.series(next_to, datetime(2026, 11, 12, 21), dates=2, every_days=1)
        world.series(near, datetime(2026, 11, 11, 17), dates=3, every_days=1)
        found = similar(identity_of(robin), date, NOW)
    assert [one.group for one in found] == [near, next_to]
    assert found[0].start == date.start - timedelta(hours=1)
