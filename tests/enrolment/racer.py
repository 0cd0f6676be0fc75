"""One of several processes that press buttons at the same moment: `python -m tests.enrolment.racer`, told by lines of JSON.

The first line says the database, the moment and what to do; "ready" is answered, and the next line lets it go. A worker ends what
is overdue, again and again. What each was answered is printed as JSON, last.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

from groupsched.core import clock
from groupsched.core.config import load
from groupsched.core.db import db, unit_of_work
from groupsched.enrolment.queries import overdue
from groupsched.enrolment.service import end_overdue, move_lines
from tests.conftest import SECRET, build


def press(app, buttons):
    """Each of these as its person's browser would: who, the address and what is sent."""
    found = []
    for person, address, fields in buttons:
        browser = app.test_client()
        browser.environ_base["test.person"] = person
        found.append(browser.post(address, data=fields).status_code)
    return found


def work(app, rounds):
    """As the worker does with offers and lines; which groups it found with something overdue."""
    found = []
    with app.app_context():
        for _round in range(rounds):
            with unit_of_work():
                late = overdue(clock.now())
            found.append(len(late))
            for group_id in late:
                with unit_of_work():
                    end_overdue(group_id)
            with unit_of_work():
                move_lines(clock.now())
            db.session.remove()
    return found


def main():
    told = json.loads(sys.stdin.readline())
    folder = Path(told["folder"])
    app = build(load(instance=folder, database_url=told["database"], secret_key=SECRET))
    print("ready", flush=True)
    sys.stdin.readline()
    with clock.at(datetime.fromisoformat(told["moment"])):
        done = work(app, told["rounds"]) if told.get("rounds") else press(app, told["buttons"])
    print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main()
