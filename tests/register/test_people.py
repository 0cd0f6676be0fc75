"""The register: who sees whom, adding and changing people, roles, accounts on and off."""

import re
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from groupsched.access.identity import ApiToken, Role, System
from groupsched.access.policy import Permission, can
from groupsched.accounts.models import Credential, Grant, Invitation, Person, SignIn
from groupsched.accounts.queries import is_client, is_staff, staff_facts, staff_seen_by
from groupsched.accounts.service import invitations
from groupsched.accounts.service.people import give_role
from groupsched.accounts.service.signing import Browser, begin
from groupsched.audit.models import AuditRow, AuditSubject
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.web import settings
from groupsched.enrolment.queries import client_facts, clients_seen_by, sides
from groupsched.outbox.carriers import outbox_folder
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.register.queries import find_people, grants_shown
from tests.conftest import identity_of
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NEW = {"first_name": "Ash", "last_name": "Doily", "email": "", "phone": "", "language": "en"}


@kept
def robin(world):
    return world.client()


@kept
def house(world):
    """One person of every kind."""
    return {
        "client": world.client("Jo", "Matchbox"),
        "facilitator": world.facilitator(),
        "desk": world.front_desk(),
        "supervisor": world.supervisor(),
        "admin": world.admin(),
    }


def names(page):
    return [person.first_name for person in page.people]


# ------------------------------------------------ who sees whom


def test_the_desk_and_supervisors_see_clients_and_nobody_sees_them_elsewhere(world, house, robin):
    other = world.another_program().supervisor("Quay", "Stranger")
    assert names(find_people(identity_of(house["desk"]))) == ["Jo", "Robin"]
    assert names(find_people(identity_of(house["supervisor"]))) == ["Jo", "Robin"]
    assert names(find_people(identity_of(other))) == []


def test_administrators_see_accounts_of_staff_and_no_clients(house, robin):
    admin = identity_of(house["admin"])
    assert names(find_people(admin)) == []
    assert names(find_people(admin, staff=True)) == ["Marigold", "Ossian", "Wren"]


def test_a_facilitator_sees_the_people_of_their_own_groups_only(world, house, robin):
    ossian = identity_of(house["facilitator"])
    assert names(find_people(ossian)) == []
    led, other = world.group(led_by=house["facilitator"]), world.group("Evening group")
    for group, person in ((led, robin), (other, house["client"])):
        world.soon(group, in_minutes=90)
        world.enrol(group, person)
    assert names(find_people(ossian)) == ["Robin"]
    assert sides(ossian, robin).client
    assert not sides(ossian, robin).write
    assert not sides(ossian, house["client"]).client


def test_the_desk_of_one_site_does_not_see_the_people_of_another(world, house, robin):
    robin.site_id = None
    db.session.commit()
    assert names(find_people(identity_of(house["desk"]))) == ["Jo"]


def test_staff_do_not_meet_themselves_in_the_register_nor_their_own_client_record(world, client):
    both = world.person("Marigold", "Testwell", Role.CLIENT, Role.SUPERVISOR)
    assert find_people(identity_of(both)).people == []
    assert client.as_(both).get(f"/people/{both.uid}").status_code == 404


def test_laying_the_staff_hat_down_closes_the_register(house, robin):
    assert find_people(identity_of(house["supervisor"], as_self=True)).people == []


def test_an_administrator_does_not_learn_that_a_colleague_is_a_client(world, house):
    both = world.person("Finch", "Anyname", Role.CLIENT, Role.FACILITATOR)
    seen = sides(identity_of(house["admin"]), both)
    assert seen.staff
    assert not seen.client
    assert [grant.role for grant in grants_shown(seen, both)] == ["facilitator"]


def everybody_who_may_ask(world, house):
    other = world.another_program()
    return [
        *(identity_of(person) for person in house.values()),
        *(identity_of(person, as_self=True) for person in house.values()),
        identity_of(other.supervisor("Quay", "Stranger")),
        identity_of(other.admin("Quay", "Keeper")),
        System(program_id=world.program.id),
        ApiToken(program_id=world.program.id, scopes=frozenset({"admin"})),
        ApiToken(program_id=world.program.id, scopes=frozenset({"people"})),
    ]


def test_what_the_query_shows_is_what_the_policy_allows(world, house, robin):
    both = world.person("Finch", "Anyname", Role.CLIENT, Role.FACILITATOR)
    led = world.group(led_by=house["facilitator"])
    world.soon(led, in_minutes=90)
    world.enrol(led, robin, both)
    askers = everybody_who_may_ask(world, house)
    everybody = db.session.query(Person).all()
    for identity in askers:
        clients = set(db.session.scalars(select(Person.id).where(clients_seen_by(identity))))
        staff = set(db.session.scalars(select(Person.id).where(staff_seen_by(identity))))
        others = [person for person in everybody if person.id != identity.person]
        allowed = {
            p.id for p in others if is_client(p) and can(identity, Permission.CLIENT_READ, client_facts(p))
        }
        assert clients == allowed, identity
        allowed = {
            p.id for p in others if is_staff(p) and can(identity, Permission.STAFF_READ, staff_facts(p))
        }
        assert staff == allowed, identity


# ------------------------------------------------ pages


@pytest.mark.parametrize(
    ("who", "lists"),
    [("facilitator", "clients"), ("desk", "clients"), ("supervisor", "clients staff"), ("admin", "staff")],
)
def test_everybody_gets_the_lists_that_are_theirs(client, house, robin, who, lists):
    for name in ("clients", "staff"):
        answer = client.as_(house[who]).get(f"/people?show={name}")
        assert answer.status_code == (200 if name in lists.split() else 404)
    assert client.as_(house[who]).get("/people").status_code == 200


def test_people_are_found_by_the_beginnings_of_their_names_and_by_their_number(client, world, house, robin):
    desk = client.as_(house["desk"])

    def found(asked):
        return desk.post("/people", data={"q": asked}).text

    assert "Jo Matchbox" not in found("robin")
    assert "Robin Teacup" in found("TEA ro")
    assert "Robin Teacup" in found(robin.record_number)
    robin.record_number = "HL-0001"
    db.session.commit()
    for asked in ("HL-0001", "hl0001", "HL/0001", "hl 0001", "0001", "robin hl-0001"):
        assert "Robin Teacup" in found(asked), asked
    assert "Robin Teacup" not in found("HL-0002")
    assert "Nobody of that name" in found("%")


def test_a_search_for_people_leaves_no_name_in_an_address(client, world, house, robin):
    desk = client.as_(house["desk"])
    assert "Jo Matchbox" in desk.get("/people?q=robin").text
    answer = desk.post("/people", data={"q": "robin"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'value="robin"' in answer.text
    part = desk.post("/people", data={"q": "robin"}, headers={"HX-Request": "true"}).text
    assert "<main" not in part and "Robin Teacup" in part
    for number in range(35):
        world.client("Robin", f"Number{number}")
    page = desk.post("/people", data={"q": "robin", "page": "1"}).text
    assert 'form="search" name="page" value="2"' in page
    for address in re.findall(r'(?:href|action|hx-[a-z]+)="([^"]*)"', page):
        assert "robin" not in address.lower() and "q=" not in address, address


def test_a_long_register_is_paged(client, world, house):
    for number in range(35):
        world.client(f"Person{number:02}", "Example")
    first = client.as_(house["desk"]).get("/people").text
    second = client.as_(house["desk"]).get("/people?page=2").text
    assert "Person00" in first
    assert "Person34" not in first
    assert "Person34" in second
    assert client.as_(house["desk"]).get("/people?page=99999999999999").status_code == 200


def test_a_list_of_people_takes_a_handful_of_queries_however_long(client, world, house, statements):
    for number in range(25):
        world.client(f"Person{number:02}", "Example")
    before = len(statements())
    client.as_(house["desk"]).get("/people")
    assert len(statements()) - before <= 16


def test_looking_at_the_register_and_at_a_person_is_written_down(client, house, robin):
    desk = client.as_(house["desk"])
    desk.get("/people")
    desk.get(f"/people/{robin.uid}")
    rows = db.session.query(AuditRow).filter_by(actor_kind="person").order_by(AuditRow.id).all()
    assert [row.action for row in rows] == [AuditAction.PERSON_LISTED, AuditAction.PERSON_OPENED]
    assert {s.person_id for s in db.session.query(AuditSubject).filter_by(audit_id=rows[0].id)} == {
        robin.id,
        house["client"].id,
    }


@pytest.mark.parametrize("who", ["client", "facilitator", "admin", "other", None])
def test_a_client_record_is_404_to_whoever_may_not_see_it_as_if_it_were_unknown(
    client, world, house, robin, who
):
    house["other"] = world.another_program().supervisor("Quay", "Stranger")
    browser = client.as_(house[who]) if who else client
    answer, unknown = browser.get(f"/people/{robin.uid}"), browser.get("/people/nosuchperson")
    assert answer.status_code == unknown.status_code == (404 if who else 303)
    if who:
        # The secret of forms differs from one second to the next, in these pages too.
        pages = [re.sub(r'value="[^"]*"', "", page.text) for page in (answer, unknown)]
        assert pages[0].replace(robin.uid, "") == pages[1].replace("nosuchperson", "")


ACTS = ["edit", "roles", "invite", "slip", "disable", "enable"]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["client", "facilitator", "admin", "other"])
def test_nobody_changes_a_client_whom_they_may_not_see(client, world, house, robin, who, act):
    house["other"] = world.another_program().supervisor("Quay", "Stranger")
    answer = client.as_(house[who]).post(f"/people/{robin.uid}/{act}", data={**NEW, "role": "admin"})
    assert answer.status_code == 404
    assert db.session.query(Invitation).count() == 0
    assert db.session.get(Person, robin.id).first_name == "Robin"


@pytest.mark.parametrize("who", ["desk", "supervisor"])
@pytest.mark.parametrize("act", ["edit", "roles", "invite", "slip", "disable"])
def test_the_desk_and_supervisors_do_not_touch_accounts_of_staff(client, house, who, act):
    answer = client.as_(house[who]).post(
        f"/people/{house['facilitator'].uid}/{act}", data={**NEW, "role": "admin"}
    )
    # A supervisor may make a colleague a client, and nothing else of them.
    assert answer.status_code == (422 if (who, act) == ("supervisor", "roles") else 404)
    assert db.session.query(Grant).filter_by(person_id=house["facilitator"].id).count() == 1


def test_nobody_raises_their_own_role_or_edits_themselves_there(client, world):
    admin = world.admin()
    browser = client.as_(admin)
    for act in ("roles", "edit", "disable", "slip"):
        assert (
            browser.post(f"/people/{admin.uid}/{act}", data={**NEW, "role": "supervisor"}).status_code == 404
        )
    assert db.session.query(Grant).filter_by(person_id=admin.id).count() == 1


def test_the_desk_adds_a_client_who_then_gets_a_slip(client, world, house):
    desk = client.as_(house["desk"])
    answer = desk.post("/people/new", data={**NEW, "site_id": world.site.id, "roles": ["client"]})
    assert answer.status_code == 303
    slip = desk.post(answer.headers["Location"] + "/slip")
    assert slip.status_code == 200
    assert "<svg" in slip.text
    section = slip.text[slip.text.index("<section") : slip.text.index("</section>")].lower()
    for telling in (world.program.name.lower(), "ash", "doily", "recovery", "treatment"):
        assert telling not in section
    code = re.search(r"[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}", section)[0]
    assert 'value="ash.doily"' in client.get(f"/welcome/{code}").text, (
        "the page it opens says how one signs in"
    )


def test_a_slip_speaks_the_language_of_the_person_who_takes_it_home(client, world, house):
    linnet = world.client("Linnet", "Umbrella", language="es")
    page = client.as_(house["desk"]).post(f"/people/{linnet.uid}/slip").text
    assert '<html lang="en"' in page
    assert '<section class="box" lang="es"' in page


def test_the_desk_cannot_add_staff(client, world, house):
    answer = client.as_(house["desk"]).post(
        "/people/new", data={**NEW, "site_id": world.site.id, "roles": ["client", "admin"]}
    )
    assert answer.status_code == 422
    assert db.session.query(Person).filter_by(first_name="Ash").count() == 0


def test_an_administrator_adds_staff_with_several_roles(client, world, house):
    answer = client.as_(house["admin"]).post(
        "/people/new", data={**NEW, "site_id": world.site.id, "roles": ["facilitator", "supervisor"]}
    )
    assert answer.status_code == 303
    ash = db.session.query(Person).filter_by(first_name="Ash").one()
    assert sorted(grant.role for grant in ash.grants) == ["facilitator", "supervisor"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("first_name", "\u202e\u200b"),
        ("first_name", "x" * 81),
        ("email", "nobody"),
        ("phone", "1" * 41),
        ("site_id", "999"),
        ("site_id", "x"),
        ("language", "xx"),
        ("roles", "king"),
        ("roles", []),
    ],
)
def test_a_bad_field_is_refused_with_a_link_to_it_and_the_rest_is_kept(client, world, house, field, value):
    data = {**NEW, "site_id": world.site.id, "roles": ["client"], field: value}
    answer = client.as_(house["desk"]).post("/people/new", data=data)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "Doily" in answer.text
    assert db.session.query(Person).filter_by(last_name="Doily").count() == 0


def test_unknown_fields_change_nothing(client, world, house, robin):
    data = {**NEW, "site_id": world.site.id, "program_id": 99, "record_number": "1", "id": 7, "uid": "mine"}
    client.as_(house["desk"]).post(f"/people/{robin.uid}/edit", data=data)
    changed = db.session.get(Person, robin.id)
    assert (changed.first_name, changed.program_id, changed.uid) == ("Ash", world.program.id, robin.uid)


def test_a_version_that_is_no_number_to_python_is_none(client, house, robin):
    data = {**NEW, "site_id": str(robin.site_id), "version": "²"}
    assert client.as_(house["desk"]).post(f"/people/{robin.uid}/edit", data=data).status_code == 303


def test_the_second_of_two_editors_is_told_and_keeps_what_they_typed(client, world, house, robin):
    desk = client.as_(house["desk"])
    data = {**NEW, "site_id": world.site.id, "version": robin.version}
    assert desk.post(f"/people/{robin.uid}/edit", data=data).status_code == 303
    second = desk.post(f"/people/{robin.uid}/edit", data={**data, "first_name": "Fern"})
    assert second.status_code == 409
    assert 'value="Fern"' in second.text
    assert db.session.get(Person, robin.id).first_name == "Ash"


def test_a_changed_mail_address_is_the_new_login_too(client, world, house):
    person = world.client("Ash", "Doily", email="old@example.org")
    invitations.make_slip(System(), person)
    db.session.commit()
    client.as_(house["desk"]).post(
        f"/people/{person.uid}/edit", data={**NEW, "email": "new@example.org", "site_id": world.site.id}
    )
    assert db.session.query(Credential).one().login == "new@example.org"


def test_the_old_mail_address_is_told_once_and_names_nobody(client, world, house):
    person = world.client("Ash", "Doily", email="old@example.org", language="es", wants_mail=False)
    desk, data = client.as_(house["desk"]), {**NEW, "language": "es", "site_id": world.site.id}
    desk.post(f"/people/{person.uid}/edit", data={**data, "email": "Old@example.org"})
    assert db.session.query(Message).count() == 0
    for address in ("new@example.org", "new@example.org", ""):
        desk.post(f"/people/{person.uid}/edit", data={**data, "email": address})
    told = db.session.query(Message.kind, Message.address, Message.uid).order_by(Message.id).all()
    assert [row[:2] for row in told] == [
        ("address_changed", "Old@example.org"), ("address_changed", "new@example.org"),
    ]  # fmt: skip
    db.session.rollback()
    assert deliver_due().sent == 2
    for _kind, address, uid in told:
        written = (outbox_folder(settings()) / f"{uid}.eml").read_bytes()
        mail = message_from_bytes(written, policy=default)
        assert (mail["To"], mail["Subject"]) == (address, "Se cambió una dirección")
        assert not any(word in mail.as_string() for word in ("Ash", "Doily", world.program.name, "http"))
    assert [row.address for row in db.session.query(Message).populate_existing()] == [None, None]


# ------------------------------------------------ roles from and until


def test_a_role_given_until_a_day_ends_with_that_day(client, world, house):
    until = date(2031, 5, 6)
    answer = client.as_(house["admin"]).post(
        f"/people/{house['facilitator'].uid}/roles",
        data={"role": "supervisor", "site_id": "0", "until": until.isoformat()},
    )
    assert answer.status_code == 303
    grant = db.session.query(Grant).filter_by(person_id=house["facilitator"].id, role="supervisor").one()
    assert grant.until_at.isoformat() == "2031-05-07T04:00:00+00:00"


def test_a_role_given_from_a_day_on_begins_with_that_day(client, world, house):
    data = {"role": "supervisor", "site_id": "0", "start": "2031-05-06", "until": "2031-05-06"}
    client.as_(house["admin"]).post(f"/people/{house['facilitator'].uid}/roles", data=data)
    grant = db.session.query(Grant).filter_by(person_id=house["facilitator"].id, role="supervisor").one()
    assert grant.from_at.isoformat() == "2031-05-06T04:00:00+00:00"
    assert grant.until_at.isoformat() == "2031-05-07T04:00:00+00:00"
    assert "Not yet" in client.as_(house["admin"]).get(f"/people/{house['facilitator'].uid}").text


def test_a_role_ends_at_once_and_stays_as_history(client, world, house):
    grant = house["facilitator"].grants[0]
    answer = client.as_(house["admin"]).post(f"/people/{house['facilitator'].uid}/roles/{grant.id}/end")
    assert answer.status_code == 303
    page = client.as_(house["admin"]).get(f"/people/{house['facilitator'].uid}").text
    assert "Facilitator" in page
    assert (
        client.as_(house["admin"])
        .post(f"/people/{house['facilitator'].uid}/roles/{grant.id}/end")
        .status_code
        == 404
    )


def test_a_role_that_was_ended_by_mistake_is_given_again_with_its_last_day(client, house):
    person, browser = house["facilitator"], client.as_(house["admin"])
    browser.post(
        f"/people/{person.uid}/roles", data={"role": "supervisor", "site_id": "0", "until": "2031-05-06"}
    )
    grant = db.session.query(Grant).filter_by(person_id=person.id, role="supervisor").one()
    until = grant.until_at
    browser.post(f"/people/{person.uid}/roles/{grant.id}/end")
    flash = browser.get(f"/people/{person.uid}").text.partition('class="flash"')[2].partition("</form>")[0]
    assert "Give it again" in flash
    assert f'action="/people/{person.uid}/roles"' in flash
    fields = dict(re.findall(r'name="(role|site_id|until)" value="([^"]*)"', flash))
    assert browser.post(f"/people/{person.uid}/roles", data=fields).status_code == 303
    db.session.expire_all()
    latest = (
        db.session.query(Grant).filter_by(person_id=person.id, role="supervisor").order_by(Grant.id).all()[-1]
    )
    assert (latest.id, latest.until_at) == (grant.id + 1, until)


def test_a_client_becomes_staff_too_where_both_sides_are_open(client, world, house):
    both = world.person("Marigold", "Both", Role.SUPERVISOR, Role.ADMIN)
    address = f"/people/{house['client'].uid}"
    assert 'value="facilitator"' in client.as_(both).get(address).text
    assert (
        client.as_(both).post(f"{address}/roles", data={"role": "facilitator", "site_id": "0"}).status_code
        == 303
    )
    assert 'value="facilitator"' not in client.as_(house["supervisor"]).get(address).text


@pytest.mark.parametrize(
    "data",
    [
        {"role": "king"},
        {"role": "facilitator"},
        {"role": "supervisor", "until": "2001-01-01"},
        {"role": "supervisor", "until": "never"},
        {"role": "supervisor", "until": "9999-12-31"},
        {"role": "supervisor", "start": "2031-05-06", "until": "2031-05-05"},
        {"role": "supervisor", "start": "0001-01-01", "until": "0001-01-01"},
        {},
    ],
)
def test_a_role_that_cannot_be_given_is_refused_in_words(client, world, house, data):
    answer = client.as_(house["admin"]).post(
        f"/people/{house['facilitator'].uid}/roles", data={"site_id": "0", **data}
    )
    assert answer.status_code == 422


def test_only_the_desk_is_held_at_a_place(client, world, house):
    """A facilitator, supervisor or administrator bound to a place could do nothing at all."""
    address = f"/people/{house['facilitator'].uid}/roles"
    admin, data = client.as_(house["admin"]), {"site_id": str(world.site.id)}
    for role in ("supervisor", "admin"):
        answer = admin.post(address, data={**data, "role": role})
        assert answer.status_code == 422
        assert "Only the front desk is held at one site. Choose the whole program." in answer.text
    assert admin.post(address, data={**data, "role": "front_desk"}).status_code == 303
    colleague = world.supervisor("Ivy")
    with pytest.raises(DomainError):
        give_role(identity_of(house["admin"]), colleague, Role.FACILITATOR, site_id=world.site.id, until=None)


def test_a_grant_of_another_person_is_not_ended_through_this_one(client, world, house):
    grant = house["supervisor"].grants[0]
    address = f"/people/{house['facilitator'].uid}/roles/{grant.id}/end"
    assert client.as_(house["admin"]).post(address).status_code == 404


# ------------------------------------------------ accounts on and off, links by mail


def test_turning_an_account_off_ends_sign_ins_and_links_and_on_again_keeps_the_password(
    client, world, house, robin
):
    made = invitations.make_slip(System(), robin)
    db.session.commit()
    _person, token = invitations.redeem_invitation(made.code, "a good long password", browser())
    again = invitations.make_slip(System(), robin)
    db.session.commit()
    desk, phone = client.as_(house["desk"]), client.application.test_client()
    phone.set_cookie("signin", token)
    assert phone.get("/account").status_code == 200
    desk.post(f"/people/{robin.uid}/disable")
    assert phone.get("/account").status_code == 303
    assert db.session.query(SignIn).filter(SignIn.ended_at.is_(None)).count() == 0
    assert desk.post(f"/people/{robin.uid}/slip").status_code == 422
    desk.post(f"/people/{robin.uid}/enable")
    assert client.get(f"/welcome/{again.code}").status_code == 404
    assert (
        phone.post("/sign-in", data={"login": "robin.teacup", "password": "a good long password"}).status_code
        == 303
    )


def browser():
    return Browser("10.0.0.1", "Firefox, Linux")


def test_an_invitation_goes_by_mail_where_there_is_an_address(client, world, house):
    ash = world.client("Ash", "Doily", email="ash@example.org")
    assert client.as_(house["desk"]).post(f"/people/{ash.uid}/invite").status_code == 303
    message = db.session.query(Message).one()
    assert message.kind == "account_invite"
    assert message.fields["link"].startswith("http://127.0.0.1:5000/welcome/")


def test_without_an_address_there_is_no_mail_but_a_way_round_it(client, house, robin):
    answer = client.as_(house["desk"]).post(f"/people/{robin.uid}/invite")
    assert answer.status_code == 422
    assert db.session.query(Message).count() == 0


@pytest.mark.parametrize("act", ["invite", "slip", "disable", "enable", "roles"])
def test_acts_on_people_are_only_posted(client, house, robin, act):
    answer = client.as_(house["desk"]).get(f"/people/{robin.uid}/{act}")
    assert answer.status_code == 405


def test_a_role_that_has_run_out_gives_no_rights(client, world):
    person = world.person("Old", "Timer", Role.SUPERVISOR)
    person.grants[0].until_at = clock.now() - timedelta(days=1)
    db.session.commit()
    db.session.add(Credential(person_id=person.id, login="old"))
    db.session.flush()
    token = begin(person, browser())
    db.session.commit()
    old = client.application.test_client()
    old.set_cookie("signin", token)
    assert old.get("/account").status_code == 200
    assert old.get("/people").status_code == 404
