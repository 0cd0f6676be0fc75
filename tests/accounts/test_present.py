"""Two who may each end the other's rights do so at the same moment: one of them is too late, and one is left."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import select

from groupsched.access.identity import Role
from groupsched.accounts.models import Credential, Grant
from groupsched.core import clock
from groupsched.core.db import db
from tests.accounts.test_signing_in import give_password


@pytest.fixture
def both_are_known(app):
    """Of two requests neither goes on before it is known who asks in both."""
    met = Barrier(2, timeout=5)
    loaders = app.extensions["groupsched.identity_loaders"]
    known = loaders[0]

    def load(request):
        found = known(request)
        with suppress(BrokenBarrierError):
            met.wait()
        return found

    loaders[0] = load
    yield
    loaders[0] = known


@pytest.mark.usefixtures("both_are_known")
@pytest.mark.parametrize("what", ["role", "account"])
def test_two_administrators_who_end_each_other_at_once_leave_one(app, world, what):
    ada, eve = (give_password(world.person(name, "Egg", Role.ADMIN), name.lower()) for name in ("Ada", "Eve"))
    pages = {}
    for one, other in ((ada, eve), (eve, ada)):
        grant = other.grants[0].id
        pages[one.id] = f"/people/{other.uid}/" + (f"roles/{grant}/end" if what == "role" else "disable")
    db.session.commit()
    db.session.remove()

    def end(person):
        browser = app.test_client()
        browser.environ_base["test.person"] = person
        return browser.post(pages[person]).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(end, pages)) == [303, 404]
    disabled = select(Credential.person_id).where(Credential.disabled_at.is_not(None))
    held = db.session.scalars(select(Grant).where(Grant.role == "admin", Grant.person_id.not_in(disabled)))
    assert len([grant for grant in held if grant.in_force(clock.now())]) == 1
