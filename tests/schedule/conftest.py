"""What the tests of the form that defines a group share."""

import pytest


@pytest.fixture
def lead(world):
    return world.facilitator()


@pytest.fixture
def browser(client, lead):
    return client.as_(lead)


@pytest.fixture
def said(world, lead):
    """A form as a facilitator would send it: every Tuesday from 1 December, 12 times."""
    return {
        "title": "Tea and talk", "modality": "support-group", "description": "A kettle and a circle.",
        "structure": "relaxed", "orientation": "secular", "setting": "group", "repeats": "weekly", "weekdays": ["1"],
        "starts_on": "2026-12-01", "start_time": "18:00", "end_time": "19:00", "ends": "after", "count": "12",
        "attendance_mode": "in_person", "place": world.room.uid, "lead": lead.uid, "capacity": "12",
        "access": "open", "languages": ["en"], "monthly_by": "day", "line_mode": "at_once", "every": "", "until": "", "act": "publish",
    }  # fmt: skip
