"""Forms through their versions, and responses from their first answer until somebody reads them."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from groupsched.access.identity import ApiToken, Scope
from groupsched.access.policy import Permission, can
from groupsched.audit.models import AuditRow
from groupsched.care.queries import rows_of
from groupsched.care.rules import CareRole
from groupsched.care.service import hand_over as hand_to
from groupsched.care.service import leave_team
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, Conflict, DomainError, NotFound
from groupsched.questionnaires import queries, service
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.questionnaires.rules import (
    Audience,
    Form,
    FormKind,
    Given,
    Item,
    ItemType,
    ReadWhen,
    ResponseStatus,
)
from tests.conftest import identity_of
from tests.factories import ZONE
from tests.kept import kept

WORDS = {"en": "How is it?"}
FORM = Form(
    FormKind.REFLECTION,
    {"en": "Check-in"},
    items=(Item("how", ItemType.TEXT, WORDS), Item("much", ItemType.SCALE, WORDS)),
    readers=tuple(Audience),
    read_when=ReadWhen.NEXT_VISIT,
)


@kept
def house(world):
    ivy = world.supervisor("Ivy")
    robin, pike = world.client(), world.facilitator("Pike", "Mockridge")
    fern = world.facilitator("Fern", "Placeholder")
    world.care_for(robin, pike)
    world.care_for(robin, fern, CareRole.PEER)
    row = service.add_questionnaire(identity_of(ivy), FORM)
    service.publish_draft(identity_of(ivy), row)
    db.session.commit()
    return {"ivy": ivy, "robin": robin, "pike": pike, "fern": fern, "row": row, "desk": world.front_desk()}


def answer(row, who, **answers):
    for key, value in answers.items():
        service.save_answer(identity_of(who), row, row.published.form.item(key), Given(value))


def written(house, audience=None, **answers):
    """A response of Robin, handed over where an audience is named."""
    me = identity_of(house["robin"])
    row = service.begin(me, house["robin"], house["row"].versions[-1])
    answer(row, house["robin"], **(answers or {"how": "well"}))
    if audience:
        service.hand_over(me, row, audience)
    db.session.commit()
    return row


def acts(action):
    return list(db.session.scalars(select(AuditRow).where(AuditRow.word == action)))


# --- forms ---


def test_a_program_begins_with_the_ready_forms_as_drafts_and_asks_the_one_after_a_session(world):
    rows = {row.key: row for row in queries.questionnaires(world.program.id)}
    assert set(rows) == set(queries.ready_forms())
    assert [version.questionnaire.key for version in queries.published(world.program.id)] == ["reflection"]
    assert rows["first-talk"].drafted == queries.ready_forms()["first-talk"]
    service.load_ready_forms(world.program)
    assert len(queries.questionnaires(world.program.id)) == len(rows), "what is there is not brought again"


def test_a_version_never_changes_and_who_is_in_the_middle_of_it_finishes_it(house):
    row, ivy = house["row"], identity_of(house["ivy"])
    begun = written(house)
    changed = replace(FORM, title={"en": "Another"}, items=FORM.items[:1])
    service.write_draft(ivy, row, changed, row.version)
    service.publish_draft(ivy, row)
    db.session.commit()
    assert [version.form.title["en"] for version in row.versions] == ["Check-in", "Another"]
    assert queries.newest_by_id(row.id).number == 2
    answer(begun, house["robin"], much=3)
    assert begun.published.number == 1
    again = service.begin(identity_of(house["robin"]), house["robin"], queries.newest_by_id(row.id))
    assert again is begun, "one goes on with what one began"
    for change in ("UPDATE questionnaire_version SET number = 9", "DELETE FROM questionnaire_version"):
        with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
            db.session.execute(text(change))


def test_publishing_refuses_a_form_with_a_fault_and_keeps_the_draft(house):
    row, ivy = house["row"], identity_of(house["ivy"])
    service.write_draft(ivy, row, replace(FORM, title={}), row.version)
    with pytest.raises(DomainError, match="title"):
        service.publish_draft(ivy, row)
    assert (row.drafted.title, len(row.versions)) == ({}, 1)


def test_a_draft_that_somebody_else_saved_meanwhile_is_not_written_over(house):
    row, ivy = house["row"], identity_of(house["ivy"])
    seen = row.version
    service.write_draft(ivy, row, FORM, seen)
    with pytest.raises(ChangedMeanwhile):
        service.write_draft(ivy, row, FORM, seen)
    service.publish_draft(ivy, row)
    with pytest.raises(Conflict):
        service.publish_draft(ivy, row)


def test_a_form_that_was_taken_out_is_not_begun_but_finished(house):
    row, begun = house["row"], written(house)
    service.retire_questionnaire(identity_of(house["ivy"]), row)
    assert queries.newest_by_id(row.id) is None
    with pytest.raises(NotFound):
        queries.newest_of(row.program_id, row.uid)
    service.hand_over(identity_of(house["robin"]), begun)
    assert begun.status is ResponseStatus.COMPLETED
    assert len(acts("questionnaire.retired")) == 1


@pytest.mark.on_sqlite
@pytest.mark.parametrize("who", ["robin", "pike", "desk"])
def test_only_who_supervises_or_administers_writes_forms(house, who):
    me = identity_of(house[who])
    for verb in (
        lambda: service.add_questionnaire(me, FORM),
        lambda: service.write_draft(me, house["row"], FORM, house["row"].version),
        lambda: service.publish_draft(me, house["row"]),
        lambda: service.retire_questionnaire(me, house["row"]),
        lambda: queries.get_questionnaire(me, house["row"].uid),
    ):
        with pytest.raises(NotFound):
            verb()


# --- answering ---


def test_each_answer_is_kept_at_once_and_saying_it_twice_changes_nothing(house):
    row = written(house, how="well", much=4)
    with clock.at(clock.now().replace(year=clock.now().year + 1)):
        answer(row, house["robin"], how="well")
    assert row.saved_at < clock.now().replace(year=clock.now().year + 1)
    answer(row, house["robin"], how="better", much=None)
    db.session.expire_all()
    assert row.answers == {"how": Given("better")}


def test_nobody_but_its_writer_saves_into_a_response_and_nobody_into_one_that_was_handed_over(house):
    row = written(house)
    for who in ("pike", "fern", "ivy"):
        with pytest.raises(NotFound):
            answer(row, house[who], how="changed")
    service.hand_over(identity_of(house["robin"]), row, Audience.CARE_TEAM)
    with pytest.raises(Conflict):
        answer(row, house["robin"], how="changed")
    with pytest.raises(Conflict):
        service.hand_over(identity_of(house["robin"]), row)
    assert row.answers == {"how": Given("well")}


def test_an_item_of_another_form_is_not_answered(house):
    row = written(house)
    with pytest.raises(NotFound):
        service.save_answer(
            identity_of(house["robin"]), row, Item("how", ItemType.TEXT, {"en": "Else"}), Given("x")
        )


def test_an_amendment_is_a_new_row_that_names_the_old_and_leaves_it_alone(house):
    old = written(house, Audience.CARE_TEAM)
    new = service.amend(identity_of(house["robin"]), old)
    assert service.amend(identity_of(house["robin"]), old) is new
    with pytest.raises(Conflict):
        service.amend(identity_of(house["pike"]), old)
    answer(new, house["robin"], how="less well")
    service.hand_over(identity_of(house["robin"]), new)
    assert (new.status, new.amends, new.audience) == (ResponseStatus.AMENDED, old, Audience.CARE_TEAM)
    assert (old.status, old.answers) == (ResponseStatus.COMPLETED, {"how": Given("well")})


def test_a_colleague_of_the_care_team_begins_one_with_a_person_and_it_is_theirs_until_handed_over(house):
    pike, robin = identity_of(house["pike"]), identity_of(house["robin"])
    row = service.begin(pike, house["robin"], house["row"].versions[-1])
    assert queries.responses_of(robin, house["robin"]) == []
    answer(row, house["pike"], how="together")
    service.hand_over(pike, row, Audience.CARE_TEAM)
    assert queries.responses_of(robin, house["robin"]) == [row]
    assert [act.word for act in acts("response.begun")] == ["response.begun"]
    with pytest.raises(NotFound):
        service.begin(identity_of(house["ivy"]), house["robin"], house["row"].versions[-1])


def test_a_form_of_another_program_is_not_answered(house, world):
    there = world.another_program()
    stranger = there.client("Quay", "Client")
    with pytest.raises(NotFound):
        service.begin(identity_of(stranger), stranger, house["row"].versions[-1])


# --- who reads ---


def readers(house, row):
    return {
        name
        for name in ("robin", "pike", "fern", "ivy", "desk")
        if can(identity_of(house[name]), Permission.RESPONSE_READ, queries.response_facts(row))
    }


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (None, {"robin"}),
        (Audience.ONLY_ME, {"robin"}),
        (Audience.TOTALS, {"robin"}),
        (Audience.MY_COUNSELOR, {"robin", "pike"}),
        (Audience.CARE_TEAM, {"robin", "pike", "fern"}),
    ],
)
def test_a_response_is_read_by_whom_the_person_chose(house, audience, expected):
    row = written(house, audience)
    assert readers(house, row) == expected
    assert {one.first_name.lower() for one in queries.readers_of(row)} == (
        expected - {"robin"} if audience else set()
    )


def test_who_takes_over_reads_and_who_handed_over_does_not_any_more(house, world):
    row = written(house, Audience.MY_COUNSELOR)
    place = world.care_for(world.client("Other"), house["fern"])
    assert place.id
    [counselor] = [one for one in rows_of(house["robin"]) if one.member_id == house["pike"].id]
    new = world.facilitator("Wisp", "Newcomer")
    hand_to(world.system, [counselor], new, clock.today(ZONE))
    assert readers(house, row) == {"robin"}
    assert can(identity_of(new), Permission.RESPONSE_READ, queries.response_facts(row))


def test_the_person_alone_takes_the_sharing_back(house):
    row = written(house, Audience.CARE_TEAM)
    with pytest.raises(NotFound):
        service.share(identity_of(house["pike"]), row, Audience.ONLY_ME)
    service.share(identity_of(house["robin"]), row, Audience.ONLY_ME)
    assert readers(house, row) == {"robin"}
    with pytest.raises(Conflict):
        service.share(identity_of(house["robin"]), row, Audience.TOTALS)


def test_readers_that_the_form_does_not_have_are_refused(house):
    ivy, row = identity_of(house["ivy"]), house["row"]
    service.write_draft(
        ivy, row, replace(FORM, readers=(Audience.ONLY_ME,), read_when=ReadWhen.NOT_READ), row.version
    )
    service.publish_draft(ivy, row)
    begun = written(house)
    with pytest.raises(DomainError):
        service.hand_over(identity_of(house["robin"]), begun, Audience.CARE_TEAM)


def test_the_responses_that_sql_shows_are_those_that_may_be_read(house, world):
    """For every identity, audience and state."""
    for audience in (None, *Audience):
        written(house, audience)
        if audience is None:
            service.hand_over(identity_of(house["robin"]), written(house), Audience.ONLY_ME)
    written(house)
    service.begin(identity_of(house["pike"]), house["robin"], house["row"].versions[-1])
    for audience, who, now in (
        (Audience.CARE_TEAM, "fern", None),
        (Audience.CARE_TEAM, "pike", Audience.ONLY_ME),
        (Audience.CARE_TEAM, "fern", Audience.MY_COUNSELOR),
        (Audience.CARE_TEAM, "pike", Audience.MY_COUNSELOR),
    ):
        old = written(house, audience)
        service.amend(identity_of(house[who]), old)
        if now:
            service.share(identity_of(house["robin"]), old, now)
    db.session.commit()
    people = [house[name] for name in ("robin", "pike", "fern", "ivy", "desk")]
    both = world.person("Sage", "Paperclip")
    members = [identity_of(one) for one in (*people, both)] + [identity_of(house["pike"], as_self=True)]
    tokens = [ApiToken(program_id=world.program.id, token_id=1, scopes=frozenset({one})) for one in Scope]
    strange = ApiToken(
        program_id=world.another_program().program.id, token_id=2, scopes=frozenset({Scope.CARE})
    )
    rows = list(db.session.scalars(select(QuestionnaireResponse)))
    assert len(rows) >= 7
    for identity in (*members, *tokens, strange, world.system):
        allowed = {
            row.id for row in rows if can(identity, Permission.RESPONSE_READ, queries.response_facts(row))
        }
        query = select(QuestionnaireResponse.id).where(queries.responses_seen_by(identity))
        assert set(db.session.scalars(query)) == allowed, identity


def test_what_somebody_who_left_answered_is_forgotten_and_that_they_did_is_kept(house):
    row = written(house, Audience.CARE_TEAM)
    service.forget_answers([house["robin"].id])
    db.session.expire_all()
    assert row.answers == {}
    assert row.status is ResponseStatus.COMPLETED


# --- what a colleague amends ---


def team_row(house):
    return next(one for one in rows_of(house["robin"]) if one.member_id == house["pike"].id)


def narrowed(house, old):
    service.share(identity_of(house["robin"]), old, Audience.ONLY_ME)


def off_the_team(house, old):
    leave_team(identity_of(house["ivy"]), team_row(house), clock.today(ZONE))


@pytest.mark.parametrize("closes", [narrowed, off_the_team])
def test_what_a_colleague_amends_is_closed_to_them_when_they_may_not_read_any_more(house, closes):
    old, pike = written(house, Audience.CARE_TEAM, how="a secret"), identity_of(house["pike"])
    copy = service.amend(pike, old)
    db.session.commit()
    assert queries.get_response(pike, copy.uid) is copy
    closes(house, old)
    db.session.commit()
    for verb in (
        lambda: queries.get_response(pike, copy.uid),
        lambda: answer(copy, house["pike"], how="mine"),
        lambda: service.hand_over(pike, copy, Audience.CARE_TEAM),
    ):
        with pytest.raises(NotFound):
            verb()
    assert copy not in queries.responses_of(pike, house["robin"])
    assert not can(pike, Permission.RESPONSE_READ, queries.response_facts(copy))


def test_what_a_colleague_began_with_a_person_is_closed_to_them_when_they_leave_the_team(house):
    pike = identity_of(house["pike"])
    row = service.begin(pike, house["robin"], house["row"].versions[-1])
    answer(row, house["pike"], how="together")
    off_the_team(house, row)
    db.session.commit()
    with pytest.raises(NotFound):
        queries.get_response(pike, row.uid)
    with pytest.raises(NotFound):
        service.hand_over(pike, row, Audience.CARE_TEAM)


def test_an_amendment_of_a_colleague_is_read_by_whom_the_person_has_chosen_by_then(house):
    old = written(house, Audience.CARE_TEAM)
    copy = service.amend(identity_of(house["pike"]), old)
    service.share(identity_of(house["robin"]), old, Audience.MY_COUNSELOR)
    service.hand_over(identity_of(house["pike"]), copy, Audience.CARE_TEAM)
    assert (copy.status, copy.audience) == (ResponseStatus.AMENDED, Audience.MY_COUNSELOR)
    assert readers(house, copy) == {"robin", "pike"}


def test_what_a_colleague_began_to_amend_does_not_stand_in_the_way_of_the_person(house):
    old = written(house, Audience.CARE_TEAM)
    copy = service.amend(identity_of(house["pike"]), old)
    answer(copy, house["pike"], how="less well")
    db.session.commit()
    with pytest.raises(Conflict):
        service.amend(identity_of(house["fern"]), old)
    uid = copy.uid
    own = service.amend(identity_of(house["robin"]), old)
    assert (own.author_id, own.answers) == (house["robin"].id, {"how": Given("well")})
    assert [act.object_uid for act in acts("response.dropped")] == [uid]
    with pytest.raises(NotFound):
        queries.get_response(identity_of(house["pike"]), uid)
    with pytest.raises(Conflict):
        service.amend(identity_of(house["pike"]), old)


def test_what_nobody_may_go_on_with_does_not_stand_in_the_way_of_a_colleague(house):
    old = written(house, Audience.CARE_TEAM)
    service.amend(identity_of(house["pike"]), old)
    off_the_team(house, old)
    assert service.amend(identity_of(house["fern"]), old).author_id == house["fern"].id


# --- throwing away ---


def test_who_writes_it_throws_it_away_with_all_answers_until_it_is_handed_over(house):
    row = written(house)
    with pytest.raises(NotFound):
        service.throw_away(identity_of(house["pike"]), row)
    db.session.rollback()
    service.throw_away(identity_of(house["robin"]), row)
    db.session.commit()
    assert db.session.scalar(select(QuestionnaireResponse.id)) is None
    again = written(house, Audience.ONLY_ME)
    with pytest.raises(Conflict) as refused:
        service.throw_away(identity_of(house["robin"]), again)
    assert refused.value.code == "handed-over"


def test_the_page_asks_first_and_says_that_nothing_is_kept(house, client):
    row = written(house)
    me, address = client.as_(house["robin"]), f"/forms/{row.uid}/throw-away"
    assert address in me.get(f"/forms/{row.uid}").text
    assert "Throw it away?" in me.get(address).text
    assert client.as_(house["pike"]).get(address).status_code == 404
    assert db.session.scalar(select(QuestionnaireResponse.id)) == row.id, "to ask changes nothing"
    assert "Nothing of it is kept." in me.post(address, follow_redirects=True).text
    assert db.session.scalar(select(QuestionnaireResponse.id)) is None


def test_an_amendment_is_thrown_away_and_what_it_amends_stays(house):
    me = identity_of(house["robin"])
    first = written(house, Audience.ONLY_ME)
    new = service.amend(me, first)
    db.session.commit()
    service.throw_away(me, new)
    db.session.commit()
    assert list(db.session.scalars(select(QuestionnaireResponse.id))) == [first.id]
