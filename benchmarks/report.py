"""How results are printed: one line a row, the ratio beside the goal."""

import statistics
import time
from collections.abc import Callable


def measure(work: Callable[[], object], repeat: int = 5) -> float:
    """The median of `repeat` runs, in seconds."""
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def interleaved(works: dict[str, Callable[[], object]], rounds: int = 5) -> dict[str, float]:
    """Several works in turn, so that a slow moment of the machine hits all; the median of each, in seconds."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            begin = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - begin)
    return {name: statistics.median(values) for name, values in times.items()}


def row(name: str, value: str, goal: str, *, met: bool | None = None) -> None:
    """Print a result; `met` None where there is no goal."""
    mark = {True: "met", False: "MISSED", None: ""}[met]
    print(f"  {name:<58} {value:>16}   goal {goal:<28} {mark}", flush=True)


def head(title: str) -> None:
    """Print the title of a bench."""
    print(f"\n{title}", flush=True)
