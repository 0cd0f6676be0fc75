"""Every page on which a client's name stands leaves a row that names them."""

import pytest
from sqlalchemy import func, select

from groupsched.accounts.models import Person
from groupsched.attendance.service import add_call
from groupsched.audit.models import AuditRow, AuditSubject
from groupsched.core.db import db
from tests.conftest import identity_of
from tests.house.test_no_500 import address, known, rules

__all__ = ["known"]


def told_of(person_id, since):
    about = select(AuditSubject.person_id).where(
        AuditSubject.audit_id > since, AuditSubject.person_id == person_id
    )
    return db.session.scalar(about.limit(1)) is not None


@pytest.mark.on_sqlite
def test_no_page_shows_a_client_to_staff_unwritten(app, world, known):
    sup, desk = world.supervisor(), world.front_desk()
    person = db.session.scalars(select(Person).where(Person.uid == known["/people"])).one()
    known = {**known, "/not-here": add_call(identity_of(sup), person).uid, "/house": world.site.uid}
    number = person.id
    db.session.commit()
    shown, unwritten = 0, []
    for browser in [app.test_client().as_(who) for who in (sup, desk)]:
        for rule in (rule for rule in rules(app, api=False) if "GET" in rule.methods):
            before = db.session.scalar(select(func.max(AuditRow.id))) or 0
            db.session.remove()
            if "Robin T" in browser.get(address(rule, known)).text:
                shown += 1
                unwritten += [] if told_of(number, before) else [rule.rule]
    assert shown > 20 and unwritten == []
