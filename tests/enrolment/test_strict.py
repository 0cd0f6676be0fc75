"""What of a question is not understood, and why."""

from datetime import date
from urllib.parse import parse_qs

import pytest

from groupsched.enrolment.rules.filters import MOST_VALUES, Q_LENGTH
from groupsched.enrolment.rules.strict import FaultReason, filter_faults

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("asked", "name", "why"),
    [
        ("day=monday", "day", FaultReason.VALUE), ("orientation=pagan", "orientation", FaultReason.VALUE),
        ("free=yes", "free", FaultReason.VALUE), ("colour=red", "colour", FaultReason.FILTER),
        ("from=tomorrow", "from", FaultReason.DAY), ("to=2026-02-30", "to", FaultReason.DAY),
        ("from=2026-12-02&to=2026-12-01", "to", FaultReason.REVERSED), ("to=2029-01-01", "to", FaultReason.TOO_LONG),
        ("free=1&free=0", "free", FaultReason.TWICE), ("q=tea&q=talk", "q", FaultReason.TWICE),
        (f"q={'a' * (Q_LENGTH + 1)}", "q", FaultReason.TOO_LONG),
        ("&".join(f"tag=a{n}" for n in range(MOST_VALUES + 1)).replace("tag", "place"), "place", FaultReason.TOO_MANY),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named_with_its_reason(asked, name, why):
    (fault,) = filter_faults(parse_qs(asked), TODAY)
    assert (fault.name, fault.why) == (name, why)


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "q=",
        f"q={'a' * Q_LENGTH}",
        "day=mo&day=we&free=1",
        "from=2026-12-01&to=2026-12-01",
        "view=week&after=5-1",
    ],
)
def test_what_is_understood_has_no_fault(asked):
    assert list(filter_faults(parse_qs(asked), TODAY)) == []
