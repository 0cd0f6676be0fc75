"""How results are printed: one line a row, both sides of a ratio and its goal, and that it measured what it says."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

Seen = Mapping[str, tuple[Any, Any]]
"""What a row saw and what it says that it measures, by name: each pair is to be equal."""


class NotAsSaid(Exception):
    """A row measured something else than it says."""


def measure(work: Callable[[], object], repeat: int = 5) -> float:
    """The median of `repeat` runs, in seconds."""
    return interleaved({"": work}, repeat)[""]


def interleaved(works: Mapping[str, Callable[[], object]], rounds: int = 5) -> dict[str, float]:
    """Several works in turn, so that a slow moment of the machine hits all; the median of each, in seconds."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            begin = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - begin)
    return {name: statistics.median(values) for name, values in times.items()}


def row(name: str, value: str, goal: str = "-", *, seen: Seen, met: bool | None = None) -> None:
    """Print a result; `met` None where there is no goal. Raises NotAsSaid where what was seen is not what is said."""
    sure(name, seen)
    mark = {True: "met", False: "MISSED", None: ""}[met]
    print(f"  {name:<58} {value:>34}   goal {goal:<14} {mark}", flush=True)


def ratio(name: str, ours: float, beside: float, goal: float | None, *, seen: Seen, unit: str = "ms") -> None:
    """Print one side (in seconds) to the other; the goal is the most that it may be."""
    size = {"ms": 1e3, "µs": 1e6, "s": 1}[unit]
    if not beside:
        row(name, "too short to say", seen=seen)
        return
    found = ours / beside
    value = f"{ours * size:,.2f} : {beside * size:,.2f} {unit} = {found:.2f} x"
    row(
        name,
        value,
        "-" if goal is None else f"{goal:g} x",
        seen=seen,
        met=None if goal is None else found <= goal,
    )


def sure(name: str, seen: Seen) -> None:
    """Raise NotAsSaid unless each pair is equal."""
    for what, (found, said) in seen.items():
        if found != said:
            raise NotAsSaid(f"{name}: {what} is {found!r}, not {said!r}")


def head(title: str) -> None:
    """Print the title of a bench."""
    print(f"\n{title}", flush=True)
