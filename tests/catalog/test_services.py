"""Service types and units are rows that an administrator edits, each number with its source."""

from groupsched.catalog.queries import service_types, unit_presets
from groupsched.catalog.rules import UnitRounding
from groupsched.core.db import db


def test_an_administrator_adds_a_unit_and_gives_it_to_a_service_type(world, client):
    admin, program = client.as_(world.admin()), world.program.id
    sent = {"name_en": "30 minutes", "minutes": "30", "rounding": "begun", "checked": "2026-11"}
    assert admin.post("/catalog/units/new", data=sent).status_code == 422, "a number without a source"
    assert admin.post("/catalog/units/new", data={**sent, "source": "Our payer"}).status_code == 303
    unit = unit_presets(program)[-1]
    assert (unit.minutes, unit.rounding, unit.source) == (30, UnitRounding.BEGUN, "Our payer")
    peer = next(row for row in service_types(program) if row.key == "peer")
    names = {"name_en": "Peer support", "name_es": "Entre pares"}
    chosen = {**names, "in_group": peer.in_group.uid, "alone": unit.uid, "version": peer.version}
    assert admin.post(f"/catalog/services/{peer.uid}", data=chosen).status_code == 303
    db.session.expire_all()
    assert (peer.alone, peer.texts["en"]["name"], peer.texts["es"]["name"]) == (
        unit,
        "Peer support",
        "Entre pares",
    )
    assert peer.texts["en"]["hint"], "what else it says stays"
    assert admin.post(f"/catalog/services/{peer.uid}", data={**chosen, "name_en": "X"}).status_code == 409
    page = admin.get("/catalog/services").text
    assert "One to one: 30 minutes" in page and "Our payer" in page
    for other in (world.supervisor(), world.facilitator(), world.client()):
        assert client.as_(other).get("/catalog/services").status_code == 404
        assert client.as_(other).post(f"/catalog/units/{unit.uid}", data=sent).status_code == 404
