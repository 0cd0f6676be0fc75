"""Python itself runs this first in every process that a test starts while the clock is set."""

import os
from datetime import timedelta

import time_machine

time_machine.travel(timedelta(seconds=float(os.environ["GROUPSCHED_TEST_AHEAD"]))).start()
