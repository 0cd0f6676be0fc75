"""A calendar program fetches a link: what it gets, what it costs, and when it gets nothing."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import event, text

from groupsched.accounts.models import Credential
from groupsched.catalog.service import save_row, update_group
from groupsched.catalog.service.groups import fields_of
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.service import cannot_come, enrol, leave
from groupsched.feeds.models import Feed
from groupsched.feeds.routes import express
from groupsched.feeds.service import fetching, renew_feed, revoke_feed, update_feed
from groupsched.schedule.models import Occurrence
from groupsched.schedule.service import cancel_occurrence, skip_date
from tests.conftest import identity_of
from tests.feeds.setting import link_for, meets
from tests.kept import kept

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _held_time():
    with clock.at(NOW):
        yield


@kept
def robin(world):
    """A client in a group that Ossian leads."""
    robin, leader = world.client(), world.facilitator()
    group = world.group(led_by=leader)
    meets(group, leader)
    enrol(identity_of(robin), group, robin)
    db.session.commit()
    return robin


def test_a_link_answers_without_cookie_login_or_accept_header(client, robin):
    _feed, path = link_for(robin)
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=900"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    assert "inline" in answer.headers["Content-Disposition"]
    assert b"SUMMARY:Appointment" in answer.data


def test_head_says_what_get_says(client, robin):
    _feed, path = link_for(robin)
    get, head = client.get(path), client.head(path)
    assert head.data == b""
    assert told(head)[2] == told(get)[2]


def test_gzip_is_sent_where_it_is_taken_under_a_tag_of_its_own(client, robin):
    _feed, path = link_for(robin)
    plain, zipped = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert gzip.decompress(zipped.data) == plain.data
    assert plain.headers["ETag"] != zipped.headers["ETag"]
    for tag in (plain.headers["ETag"], zipped.headers["ETag"]):
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


@pytest.fixture
def loans(app):
    """How often a connection was taken from the pool."""
    taken = []
    event.listen(db.engine, "checkout", note := lambda *_about: taken.append(1))
    yield taken
    event.remove(db.engine, "checkout", note)


@pytest.fixture
def long_way(app, monkeypatch):
    """Every fetch goes through Flask, as one does that is not plain."""
    monkeypatch.setattr(express.ExpressFeeds, "_answer", lambda self, environ: None)


def test_a_304_reads_one_row_without_the_bytes_and_has_no_body(client, robin, statements, loans):
    _feed, path = link_for(robin)
    first = client.get(path)
    before, sent = len(loans), len(statements())
    answer = client.get(path, headers={"If-None-Match": f'"x", W/{first.headers["ETag"]}'})
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == first.headers["ETag"]
    assert (len(loans), len(statements())) == (before + 1, sent)


def test_a_200_of_stored_bytes_reads_one_row(client, robin, statements, loans):
    _feed, path = link_for(robin)
    first = client.get(path)
    before, sent = len(loans), len(statements())
    assert client.get(path).data == first.data
    assert (len(loans), len(statements())) == (before + 1, sent)


def test_the_long_way_is_one_select_too(client, robin, statements, long_way):
    _feed, path = link_for(robin)
    first = client.get(path)
    sent = len(statements())
    assert client.get(path).data == first.data
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert len(statements()) == sent + 2
    assert "body" not in statements()[-1]


def test_the_short_way_and_the_long_way_answer_alike(client, robin, monkeypatch):
    _feed, path = link_for(robin)
    tag = client.get(path).headers["ETag"]
    asked = [{}, {"Accept-Encoding": "gzip"}, {"If-None-Match": tag}, {"If-None-Match": '"x"'}]
    asked += [{"If-Modified-Since": "Mon, 02 Mar 2026 12:00:00 GMT"}, {"If-Modified-Since": "yesterday"}]
    short = [told(client.open(path, method=how, headers=each)) for each in asked for how in ("GET", "HEAD")]
    monkeypatch.setattr(express.ExpressFeeds, "_answer", lambda self, environ: None)
    long = [told(client.open(path, method=how, headers=each)) for each in asked for how in ("GET", "HEAD")]
    assert short == long


def told(answer):
    """An answer as it is compared; Flask adds that its pages vary by cookie, which these do not."""
    headers = {name: value.removesuffix(", Cookie") for name, value in answer.headers}
    return answer.status_code, answer.data, headers


def test_a_lost_database_is_a_sentence_and_a_time_to_ask_again(client, robin):
    _feed, path = link_for(robin)
    client.get(path)
    db.session.execute(text("ALTER TABLE feed RENAME TO feed_lost"))
    db.session.commit()
    try:
        answer = client.get(path)
    finally:
        db.session.execute(text("ALTER TABLE feed_lost RENAME TO feed"))
        db.session.commit()
    assert (answer.status_code, answer.mimetype) == (503, "text/plain")
    assert answer.headers["Retry-After"] == "60"
    assert client.get(path).status_code == 200


def test_a_foreign_host_gets_no_calendar(client, robin):
    _feed, path = link_for(robin)
    client.get(path)
    assert client.get(path, headers={"Host": "evil.example.com"}).status_code == 400


def test_rendering_costs_the_same_number_of_statements_for_many_groups(client, world, robin, statements):
    leader = world.facilitator("Juniper", "Placeholder")
    for number in range(8):
        group = world.group(f"Group {number}", led_by=leader)
        meets(group, leader)
        enrol(identity_of(robin), group, robin, accept_clash=True)
    db.session.commit()
    _feed, path = link_for(robin)
    before = len(statements())
    assert client.get(path).data.count(b"BEGIN:VEVENT") == 9
    assert len(statements()) - before <= 13


def test_if_modified_since_is_compared_as_a_date(client, robin):
    _feed, path = link_for(robin)
    modified = client.get(path).headers["Last-Modified"]
    assert client.get(path, headers={"If-Modified-Since": modified}).status_code == 304
    older = "Sun, 01 Mar 2026 00:00:00 GMT"
    assert client.get(path, headers={"If-Modified-Since": older}).status_code == 200
    assert (
        client.get(path, headers={"If-Modified-Since": modified, "If-None-Match": '"x"'}).status_code == 200
    )


def test_unknown_turned_off_renewed_and_disabled_links_answer_alike(client, world, robin):
    off, off_path = link_for(robin)
    renewed, old_path = link_for(robin)
    holly = world.client("Holly", "Kettle")
    db.session.add(Credential(person_id=holly.id, login="holly", disabled_at=NOW))
    _dead, dead_path = link_for(holly)
    revoke_feed(identity_of(robin), off)
    renew_feed(identity_of(robin), renewed)
    db.session.commit()
    answers = [client.get(path) for path in ("/feeds/nonsense.ics", off_path, old_path, dead_path)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert len({str(answer.headers) for answer in answers}) == 1
    assert "Set-Cookie" not in answers[0].headers
    assert answers[0].mimetype == "text/plain"


def test_a_turned_off_link_keeps_no_calendar(client, robin):
    feed, path = link_for(robin)
    client.get(path)
    revoke_feed(identity_of(robin), db.session.get_one(Feed, feed.id))
    db.session.commit()
    row = db.session.query(Feed.body, Feed.zipped).filter_by(id=feed.id).one()
    assert tuple(row) == (None, None)


def test_a_link_of_a_person_who_cannot_sign_in_yet_works(client, world):
    _feed, path = link_for(world.client("Holly", "Kettle"))
    assert client.get(path).status_code == 200


def test_the_token_is_not_in_the_database(robin):
    feed, path = link_for(robin)
    token = path.removeprefix("/feeds/").removesuffix(".ics")
    assert len(token) == 43
    row = db.session.get_one(Feed, feed.id)
    assert token not in repr([getattr(row, column.key) for column in Feed.__table__.columns])


def test_the_last_fetch_is_noted_at_most_once_in_fifteen_minutes(client, robin):
    feed, path = link_for(robin)
    seen = []
    for minutes in (0, 14, 16):
        with clock.at(NOW + timedelta(minutes=minutes)):
            client.get(path)
        db.session.expire_all()
        seen.append(db.session.get_one(Feed, feed.id).fetched_at)
    assert seen == [NOW, NOW, NOW + timedelta(minutes=16)]


def test_a_wrong_method_is_told_which_ones_are_right(client, robin):
    _feed, path = link_for(robin)
    answer = client.post(path)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.mimetype == "text/plain" and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "near", ["{}/", "{0[:-4]}", "/feeds/", "/feeds", "/feeds/a/b.ics", "/FEEDS/x.ics", "/feeds/x.ICS"]
)
def test_an_address_that_is_only_near_is_answered_like_an_unknown_link(client, robin, near):
    _feed, path = link_for(robin)
    near = path[:-4] if near == "{0[:-4]}" else near.format(path)
    unknown, answer = client.get("/feeds/nonsense.ics"), client.get(near)
    assert (answer.status_code, answer.data) == (404, unknown.data)
    assert str(answer.headers) == str(unknown.headers)
    posts = [client.post(address) for address in (near, path)]
    assert {post.status_code for post in posts} == {405} and len({str(post.headers) for post in posts}) == 1


# --- what changes a link, and what does not ------------------------------------------------------------------


def changes(client, path, verb):
    """Whether the tag is another one after the verb."""
    before = client.get(path).headers["ETag"]
    with clock.at(NOW + timedelta(minutes=1)):
        verb()
        db.session.commit()
        return client.get(path).headers["ETag"] != before


def test_a_cancelled_date_a_skipped_one_and_leaving_reach_the_calendar(client, world):
    robin, leader = world.client(), world.facilitator()
    group = world.group(led_by=leader)
    series = meets(group, leader)
    enrolment = enrol(identity_of(robin), group, robin).enrolment
    db.session.commit()
    _feed, path = link_for(robin)
    dates = db.session.query(Occurrence).filter(Occurrence.start > NOW).order_by(Occurrence.start).all()
    me, boss = identity_of(robin), identity_of(leader)
    assert changes(client, path, lambda: cancel_occurrence(boss, dates[0], "The heating is out."))
    assert b"Cancelled: Appointment" in client.get(path).data
    assert changes(client, path, lambda: cannot_come(me, dates[1], robin))
    assert client.get(path).data.count(b"STATUS:CANCELLED") == 2
    assert changes(client, path, lambda: skip_date(boss, series, dates[5].start.date(), series.version))
    # People had it in their calendars already, so it does not vanish without a word.
    assert client.get(path).data.count(b"STATUS:CANCELLED") == 3
    assert changes(client, path, lambda: leave(me, enrolment))
    assert b"RRULE" not in client.get(path).data.partition(b"BEGIN:VEVENT")[2]


def test_a_group_handed_to_somebody_else_leaves_the_first_leaders_calendar(client, world):
    ossian, juniper, boss = (
        world.facilitator(),
        world.facilitator("Juniper", "Placeholder"),
        world.supervisor(),
    )
    group = world.group(led_by=ossian)
    meets(group, ossian)
    paths = [link_for(person, kind="leading")[1] for person in (ossian, juniper)]
    assert [b"RRULE:FREQ=WEEKLY" in client.get(path).data for path in paths] == [True, False]
    fields = replace(fields_of(group), facilitators=(juniper.uid,))
    update_group(identity_of(boss), group, fields, group.version)
    db.session.commit()
    assert [b"RRULE:FREQ=WEEKLY" in client.get(path).data for path in paths] == [False, True]


def test_a_date_left_out_before_anybody_joined_changes_what_the_leader_sees(client, world):
    leader = world.facilitator()
    group = world.group(led_by=leader)
    series = meets(group, leader)
    _feed, path = link_for(leader, kind="leading")
    assert changes(
        client,
        path,
        lambda: skip_date(identity_of(leader), series, datetime(2026, 4, 7).date(), series.version),
    )
    assert b"EXDATE;TZID=America/New_York:20260407T100000" in client.get(path).data


def test_only_the_links_that_a_change_touches_are_rendered_again(client, world, robin, monkeypatch):
    holly, leader = world.client("Holly", "Kettle"), world.facilitator("Juniper", "Placeholder")
    other = world.group("Evening group", led_by=leader)
    meets(other, leader)
    enrol(identity_of(holly), other, holly)
    db.session.commit()
    paths = [link_for(person)[1] for person in (robin, holly)]
    rendered = []
    true = fetching.shown_by
    monkeypatch.setattr(fetching, "shown_by", lambda *about: rendered.append(about[0]) or true(*about))
    for path in paths * 2:
        client.get(path)
    assert rendered == [robin.id, holly.id]
    date = db.session.query(Occurrence).filter_by(group_id=other.id).filter(Occurrence.start > NOW).first()
    cancel_occurrence(identity_of(leader), date, "The heating is out.")
    db.session.commit()
    for path in paths * 2:
        client.get(path)
    assert rendered == [robin.id, holly.id, holly.id]


def test_a_revision_is_rendered_once_however_many_ask_at_once(app, client, robin, monkeypatch):
    _feed, path = link_for(robin)
    rendered, answers = [], []
    true = fetching.shown_by
    monkeypatch.setattr(fetching, "shown_by", lambda *about: rendered.append(about[0]) or true(*about))
    threads = [Thread(target=lambda: answers.append(app.test_client().get(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 8
    assert len({answer.data for answer in answers}) == 1
    assert rendered == [robin.id]


def test_time_alone_takes_a_cancelled_date_away_after_seven_days(client, world):
    robin, leader = world.client(), world.facilitator()
    group = world.group(led_by=leader)
    meets(group, leader)
    enrol(identity_of(robin), group, robin)
    _next, date = (
        db.session.query(Occurrence).filter(Occurrence.start > NOW).order_by(Occurrence.start).limit(2)
    )
    cancel_occurrence(identity_of(leader), date, "The heating is out.")
    db.session.commit()
    _feed, path = link_for(robin)
    assert b"STATUS:CANCELLED" in client.get(path).data
    with clock.at(date.end + timedelta(days=7)):
        after = client.get(path).data
    assert b"STATUS:CANCELLED" not in after
    assert b"EXDATE" in after


def test_a_day_that_changes_nothing_leaves_the_tag_and_the_date_as_they_were(client, robin):
    _feed, path = link_for(robin)
    first = client.get(path)
    with clock.at(NOW + timedelta(days=2)):
        later = client.get(path)
    for name in ("ETag", "Last-Modified"):
        assert later.headers[name] == first.headers[name]


def test_another_title_mode_is_another_calendar(client, robin):
    feed, path = link_for(robin)
    feed = db.session.get_one(Feed, feed.id)
    assert changes(client, path, lambda: update_feed(identity_of(robin), feed, "My phone", "full"))
    assert b"SUMMARY:Morning group" in client.get(path).data


def test_a_room_that_is_renamed_reaches_the_calendar(client, world, robin):
    _feed, path = link_for(robin, titles="full")
    boss = identity_of(world.admin())
    assert changes(
        client, path, lambda: save_row(boss, world.room, {"name": "Pine Room"}, world.room.version)
    )
    assert b"LOCATION:Pine Room" in client.get(path).data


def test_a_calendar_speaks_the_language_of_its_person(client, world):
    robin, leader = world.client(language="es"), world.facilitator()
    group = world.group(led_by=leader)
    meets(group, leader)
    enrol(identity_of(robin), group, robin)
    date = db.session.query(Occurrence).filter(Occurrence.start > NOW).order_by(Occurrence.start).first()
    cancel_occurrence(identity_of(leader), date, "The heating is out.")
    db.session.commit()
    _feed, path = link_for(robin)
    lines = client.get(path, headers={"Accept-Language": "en"}).text.split("\r\n")
    assert {"SUMMARY:Cita", "SUMMARY:Cancelada: Cita", "X-WR-CALNAME:Citas"} <= set(lines)
