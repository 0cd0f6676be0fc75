"""Killing what works on an installation (`kill -9`) at moments spread over the time that it takes."""

import os
import signal
import time
import traceback
import warnings
from collections.abc import Callable, Iterator

WHOLE = 1000.0


def killed(work: Callable[[], object], moments: int) -> Iterator[bool]:
    """Do the work in a process of its own, once to its end and then killed at so many moments; says each time whether it
    was killed before its end. The caller looks at what is left, and prepares the next one."""
    took = _run(work, WHOLE)[1]
    yield False
    for number in range(moments):
        yield _run(work, took * (number + 0.5) / moments)[0]


def _run(work: Callable[[], object], after: float) -> tuple[bool, float]:
    began = time.monotonic()
    with warnings.catch_warnings():
        # Python 3.12 warns of threads that a fork leaves behind: no thread of the tests holds what the work needs.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _work_and_leave(work)
    os.setpgid(child, child)  # so that what it starts (pg_dump) is killed with it
    ended = 0
    while not ended and time.monotonic() - began < after:
        time.sleep(0.002)
        ended, status = os.waitpid(child, os.WNOHANG)
    if ended:
        assert status == 0, "the work itself failed"
        return False, time.monotonic() - began
    os.killpg(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] != 0, after


def _work_and_leave(work: Callable[[], object]) -> None:
    try:
        work()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
