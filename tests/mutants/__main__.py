"""`make mutants`: small wrongs in the rules and in the verbs of seats and marks, one at a time; a test has to fail for each.

    make mutants ARGS="--sample 100 --seed 7 --only rules"

Mutmut makes them and knows which tests reach which function; here a sample is drawn, each mutant gets the quickest of
its tests, those of its own room first, and what lives on is listed with its file and change. The exit code is 1 where
fewer than 95 % of the rules' mutants die. Those that change nothing that anybody could see stand in equivalent.yaml.
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, takewhile
from pathlib import Path
from typing import Any

import yaml

os.environ["GROUPSCHED_TEST_DATABASES"] = "sqlite"

from mutmut import __main__ as mutmut
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.state import state
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, walk_mutatable_files

WANTED = 0.95
SECONDS = 8.0
"""How long the tests of one mutant may take, as measured without it."""
DEAD = ("killed", "timeout", "segfault")
EQUIVALENT = Path(__file__).with_name("equivalent.yaml")


def main() -> int:
    asked = _asked()
    _make_mutants(asked.jobs)
    there = [name for name in _results() if asked.only in (None, _part(name))]
    sample = _drawn(there, asked.seed)[: asked.sample]
    mutmut.collect_or_load_stats = _with_the_quickest_tests(mutmut.collect_or_load_stats)
    mutmut._run(sample, asked.jobs)
    return _report(sample, len(there), asked.seed)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("--sample", type=int, default=500, help="how many mutants")
    parser.add_argument("--seed", type=int, default=1, help="which of them: the same seed, the same sample")
    parser.add_argument("--only", choices=["rules", "services"])
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def _make_mutants(jobs: int) -> None:
    Path("mutants").mkdir(exist_ok=True)
    with mutmut.CatchOutput(spinner_title="Making mutants"):
        copy_src_dir()
        copy_also_copy_files()
        mutmut.create_mutants(jobs)


def _results() -> dict[str, int | None]:
    """Every mutant that there is, with the exit code of its tests where they ran."""
    return {name: code for data in _files() for name, code in data.exit_code_by_key.items()}


def _files() -> Iterator[SourceFileMutationData]:
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        yield data


def _drawn(names: Iterable[str], seed: int) -> list[str]:
    """The names in an order that the seed decides for each of them alone: a change of code changes no other's place."""
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())


def _part(name: str) -> str:
    return "services" if name.split(".")[2] == "service" else "rules"


def _with_the_quickest_tests(collect: Any) -> Any:
    """After the tests are known that reach each function: those of its own room first, then by their time, while it lasts."""

    def collected(*args: Any, **options: Any) -> None:
        collect(*args, **options)
        times, by_function = state().duration_by_test, state().tests_by_mangled_function_name
        for function, tests in by_function.items():
            room = f"tests/{function.split('.')[1]}/"
            order = sorted(tests, key=lambda test: (not test.startswith(room), times.get(test, 0), test))
            spent = accumulate(times.get(test, 0) for test in order)
            enough = sum(1 for _ in takewhile(lambda so_far: so_far <= SECONDS, spent))
            by_function[function] = order[: max(enough, 1)]

    return collected


def _report(sample: Iterable[str], there: int, seed: int) -> int:
    codes, paths = _results(), {name: data.path for data in _files() for name in data.exit_code_by_key}
    states = {name: status_by_exit_code[codes[name]] for name in sample}
    changes = {name: change(name, paths[name]) for name, said in states.items() if said not in DEAD}
    known = _known()
    excused = {name for name, (path, lines) in changes.items() if (path, lines) in known}
    for name in sorted(changes.keys() - excused):
        path, lines = changes[name]
        print(f"\n{states[name]}: {path} {name}\n" + "\n".join(lines))
    print(f"\n{len(states)} of {there} mutants, seed {seed}")
    scores = {part: _score(part, states, excused) for part in ("rules", "services")}
    return 0 if scores["rules"] >= WANTED else 1


def change(name: str, path: Path) -> tuple[str, tuple[str, ...]]:
    """The file of a mutant, and the lines that it takes away and puts in."""
    lines = get_diff_for_mutant(name, path=path).splitlines()
    return str(path), tuple(
        f"{line[0]} {line[1:].strip()}"
        for line in lines
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    )


def _known() -> dict[tuple[str, tuple[str, ...]], str]:
    rows = yaml.safe_load(EQUIVALENT.read_text("utf-8")) or []
    return {(row["file"], tuple(row["change"].splitlines())): row["why"] for row in rows}


def _score(part: str, states: Mapping[str, str], excused: set[str]) -> float:
    """Say how many of a part died, and give their share; what changes nothing is not counted."""
    counted = [said for name, said in states.items() if _part(name) == part and name not in excused]
    dead = sum(said in DEAD for said in counted)
    score = dead / len(counted) if counted else 1.0
    same = sum(_part(name) == part for name in excused)
    print(f"{part}: {dead} of {len(counted)} died, {score:.1%}; {same} more change nothing")
    return score


if __name__ == "__main__":
    sys.exit(main())
