"""Stamps tell the truth: every pair of renderings of a walk is compared, event by event.

What an event says otherwise it says with a later DTSTAMP and LAST-MODIFIED and a higher SEQUENCE; where it says what it said just
before, none of them moves, save that what differs from a series is never older than the event of the series itself. Nothing ever falls.
GROUPSCHED_WALKS says how many walks (`make walks`: 300), GROUPSCHED_WALK_SEED which is the first.
"""

import itertools
import os
import re
from random import Random
from typing import NamedTuple

import pytest

from groupsched.core import clock
from groupsched.enrolment.queries import live_of
from groupsched.feeds.service import public
from tests.feeds.linting import unfold
from tests.feeds.setting import link_for
from tests.feeds.stamping import OF_DATES, OF_WORDS, StampWalk
from tests.feeds.walking import BEGIN

WALKS = int(os.environ.get("GROUPSCHED_WALKS", "2"))
SEED = int(os.environ.get("GROUPSCHED_WALK_SEED", "1"))
STEPS = 14
STAMPS = ("DTSTAMP", "LAST-MODIFIED", "SEQUENCE")


class Stamped(NamedTuple):
    """One event of a rendering: its stamps in the order of STAMPS, and everything else that it says."""

    stamps: tuple
    said: tuple


def stamped(ics):
    """The events of a calendar by UID and RECURRENCE-ID ("" for the event of a series)."""
    found = {}
    for text in re.findall(r"BEGIN:VEVENT\n(.*?)END:VEVENT", "\n".join(unfold(ics)), re.S):
        lines = text.splitlines()
        value = {line.split(":")[0].split(";")[0]: line.partition(":")[2] for line in lines}
        said = tuple(line for line in lines if not line.startswith(STAMPS))
        stamps = value["DTSTAMP"], value["LAST-MODIFIED"], int(value["SEQUENCE"])
        assert value["CREATED"] <= value["DTSTAMP"]
        found[value["UID"], value.get("RECURRENCE-ID", "")] = Stamped(stamps, said)
    return found


def is_said_anew(walk, name):
    """Whether stamps may rise for words that stay: the reader has another language; in full, who leaves or comes back is told of the
    way into an online room no more, or again; they left, and the rule of what they left is another; or each date is an event of
    its own, because calendars cannot be told the zone."""
    step = walk.steps[-1]
    left = name.startswith("robin") and live_of(walk.group.id, walk.robin.id) is None
    came_or_went = "full mine" in name and "Robin" in step
    return left or came_or_went or "another_language" in step or walk.zone == "Africa/Cairo"


def compare(was, now, where, *, just_before=False, said_anew=False):
    """One rendering with a later one."""
    gone = {uid for uid, given in was.keys() - now.keys() if given}
    for (uid, given), event in now.items():
        before = was.get((uid, given))
        if before is None:
            # What the event of the series said of the date until now.
            before = was.get((uid, "")) if given else None
            if before is not None:
                assert all(map(lambda one, other: one <= other, before.stamps, event.stamps)), where
            continue
        moved = [new > old for old, new in zip(before.stamps, event.stamps, strict=True)]
        fell = any(new < old for old, new in zip(before.stamps, event.stamps, strict=True))
        assert not fell, f"{where}: {before} fell to {event}"
        if before.said != event.said:
            assert all(moved), f"{where}: {set(before.said) ^ set(event.said)} with the stamps {event.stamps}"
        elif just_before and any(moved):
            master = (uid, "")
            with_it = given and master in was and was[master].stamps < now[master].stamps
            assert said_anew or with_it or (not given and uid in gone), (
                f"{where}: {event} was {before.stamps}"
            )


@pytest.mark.parametrize("seed", range(SEED, SEED + WALKS))
@pytest.mark.on_sqlite
def test_every_pair_of_renderings_has_stamps_that_tell_the_truth(client, world, seed, monkeypatch):
    walk = StampWalk(world, Random(seed))
    monkeypatch.setattr("tests.feeds.walking.VERBS", (*OF_DATES, *OF_WORDS * 2))
    with clock.at(BEGIN):
        walk.begin()
        paths = {
            f"{name} {titles} {kind}": link_for(person, titles=titles, kind=kind)[1]
            for name, person, kind in (
                ("robin", walk.robin, "mine"), ("reed", walk.reed, "mine"), ("lead", walk.lead, "leading"),
                ("other", walk.other, "leading"),
            )
            for titles in ("full", "short", "private")
        }  # fmt: skip
    paths["public"] = "/feeds/public.ics"
    seen = {name: [] for name in paths}
    for _step in range(STEPS):
        walk.step()
        public._kept.clear()
        with clock.at(walk.now):
            for name, path in paths.items():
                rendering = stamped(client.get(path).data)
                where = f"{name} after {walk.steps[-1]}"
                for number, before in enumerate(seen[name]):
                    compare(
                        before,
                        rendering,
                        f"{where}, since {walk.steps[number]}",
                        just_before=number == len(seen[name]) - 1,
                        said_anew=is_said_anew(walk, name),
                    )
                seen[name].append(rendering)
    assert any(was != now for name in paths for was, now in itertools.pairwise(seen[name]))
