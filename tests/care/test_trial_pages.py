"""The pages of three kinds in two weeks: by oneself, and by staff with the person."""

import re
from datetime import timedelta

import pytest

from groupsched.care import queries, service
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import live_of
from groupsched.enrolment.rules import EnrolmentMode
from groupsched.enrolment.service import cannot_come, enrol
from groupsched.questionnaires.rules import Audience, Given
from tests.care.test_trials import House
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite
THREE = "/my/try-three?kind=support&kind=art&kind=quiet"


@kept
def house(world):
    return House(world)


@pytest.fixture
def me(client, house):
    return client.as_(house.robin)


def dates_in(page):
    """The dates that are set in the form."""
    return re.findall(r'<option value="([0-9a-z]+)" selected', page)


def post(browser, where, **fields):
    return browser.post(where, data=fields)


# --- by oneself ---


def test_who_has_nothing_planned_is_invited_and_finds_every_kind_to_pick(me):
    assert 'href="/my/try-three"' in me.get("/my").text
    page = me.get("/my/try-three").text
    for kind in ("support", "art", "movement", "quiet"):
        assert f'value="{kind}"' in page
    assert "0 of 3 picked." in page
    assert not dates_in(page)


def test_three_picked_kinds_have_three_dates_and_one_button_keeps_a_seat_on_each(me, house):
    page = me.get(THREE).text
    wanted = dates_in(page)
    assert wanted == house.three()
    answer = post(me, "/my/try-three", kind=["support", "art", "quiet"], date=wanted)
    assert answer.status_code == 303
    assert len(house.seats()) == 3
    page = me.get("/my/try-three").text
    assert "You tried 0 of 3." in page
    assert "Next: A group of support" in page
    assert "A group of quiet" in page
    week = me.get("/my").text
    assert "You tried 0 of 3." in week


def test_the_part_that_a_script_swaps_is_that_of_the_page(me):
    part = me.get(THREE, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="try">')
    chosen, _form = part.split("<form method", 1)
    assert chosen in me.get(THREE).text


def test_what_suits_narrows_what_can_be_picked(me, house):
    page = me.get("/my/try-three?time=morning&kind=art").text
    assert re.search(r'value="quiet" id="k-quiet" disabled', page)
    assert not re.search(r'value="support" id="k-support" disabled', page)
    assert "nothing that suits" in page


def test_more_than_three_are_too_many(me):
    page = me.get(THREE + "&kind=movement").text
    assert "Three is enough: take one out." in page
    assert not dates_in(page)


def test_a_seat_that_went_meanwhile_is_said_and_others_are_set_in_its_place(me, house, world):
    wanted = dates_in(me.get(THREE).text)
    art, later = house.dates["art"]
    world.enrol(art.group, *[world.client("Seat", f"Warmer {n}") for n in range(12)], dates=[art])
    answer = post(me, "/my/try-three", kind=["support", "art", "quiet"], date=wanted)
    assert answer.status_code == 409
    assert "Nothing was taken" in answer.text
    assert dates_in(answer.text) == [wanted[0], later.uid, wanted[2]]
    assert not house.seats()


def test_three_that_only_add_to_other_care_are_said_before_the_button(me, house):
    house.meets("body_care", 6, 11, "Tea", complementary=True)
    page = me.get("/my/try-three?kind=movement&kind=quiet&kind=body_care").text
    assert "This adds to other care and never replaces it." in page
    assert not dates_in(page)


def test_with_fewer_than_three_kinds_it_says_so_and_what_to_do(me, house, world):
    for kind in ("support", "art"):
        world.enrol(house.dates[kind][0].group, house.robin)
    page = me.get("/my/try-three").text
    assert "Not three kinds at the moment" in page
    assert "Just show me everything" in page


def test_what_is_sent_wrongly_is_refused_and_keeps_the_page(me, house):
    for dates in ([], ["nothing"], house.three()[:2], [house.three()[0]] * 3):
        answer = post(me, "/my/try-three", kind=["support", "art", "quiet"], date=dates)
        assert answer.status_code in (409, 422), dates
        assert "Three dates" in answer.text
    assert not house.seats()
    assert me.get("/my/try-three?kind=nonsense&time=never&needs=x").status_code == 200


def test_another_day_is_chosen_of_the_same_kind_or_of_another(me, house):
    house.begin()
    art, later = house.dates["art"]
    page = me.get(f"/my/try-three/{art.uid}").text
    assert f'value="{later.uid}"' in page
    assert f'value="{house.dates["movement"][0].uid}"' in page
    assert house.dates["quiet"][1].uid not in page, "quiet is among the three"
    assert post(me, f"/my/try-three/{art.uid}", date=later.uid).status_code == 303
    assert later.id in house.seats()
    refused = post(me, f"/my/try-three/{later.uid}", date="unknown")
    assert refused.status_code == 409
    assert "You keep what you have" in refused.text
    assert me.get("/my/try-three/unknown").status_code == 404


def test_after_each_the_three_taps_are_asked_and_what_was_said_is_read(me, house):
    house.begin()
    support = house.dates["support"][0]
    with clock.at(support.end + timedelta(minutes=20)):
        page = me.get("/my/try-three").text
        assert "You tried 1 of 3." in page
        assert f'href="/my/reflections/{support.uid}"' in page
        said = {"answer": "save", "a-welcome": "mostly", "audience": "only_me"}
        assert me.post(f"/my/reflections/{support.uid}", data=said).status_code == 303
        page = me.get("/my/try-three").text
        assert "mostly" in page
        assert "Who can see this: Only me." in page


def test_in_the_end_one_is_kept_in_one_step(me, house, world):
    evening = house.meets("family", 20, 11, "Evening family")
    world.enrol(evening[0].group, house.robin)
    house.begin()
    quiet = house.dates["quiet"][0]
    with clock.at(quiet.end + timedelta(minutes=20)):
        page = me.get("/my/try-three").text
        assert "Stay with one?" in page
        assert "Stay with one?" in me.get("/my").text
        art = house.dates["art"][0].group
        assert f'href="/sessions/{art.uid}/switch?from=' in page
        assert "Instead of Evening family" in page
        assert post(me, f"/sessions/{art.uid}/join", what="whole").status_code == 303
        assert live_of(art.id, house.robin.id).mode == EnrolmentMode.WHOLE
        page = me.get("/my/try-three").text
        assert "One of them is kept." in page
        assert "Three kinds in two weeks" not in me.get("/my").text
        assert "Try three others" in page


def test_what_only_adds_to_other_care_is_kept_a_date_at_a_time_and_the_page_says_so_before(me, house):
    """ "Keep this one" led a newcomer without any other group to a refusal."""
    house.begin()
    quiet = house.dates["quiet"][0]
    quiet.group.modality.complementary = True
    db.session.commit()
    with clock.at(quiet.end + timedelta(minutes=20)):
        page = me.get("/my/try-three").text
        assert "never replaces it" in page
        art = house.dates["art"][0].group
        assert f'action="/sessions/{art.uid}/join"' in page
        form = re.search(rf'<form[^>]*action="/sessions/{quiet.group.uid}/join".*?</form>', page, re.S)[0]
        assert "Take the next date" in form
        assert 'value="whole"' not in form
        fields = dict(re.findall(r'name="(what|date)" value="([^"]*)"', form))
        assert post(me, f"/sessions/{quiet.group.uid}/join", **fields).status_code == 303
        page = me.get("/my/try-three").text
        assert "You have one such date ahead" in page
        assert f'action="/sessions/{quiet.group.uid}/join"' not in page


def test_who_finds_none_that_fits_chooses_three_others(me, house):
    house.begin()
    for day, kind in enumerate(("therapy", "family", "body_care"), 7):
        house.dates[kind] = house.meets(kind, day, 11)
    with clock.at(house.dates["quiet"][0].end + timedelta(minutes=20)):
        assert 'href="/my/try-three?again=1"' in me.get("/my/try-three").text
        page = me.get("/my/try-three?again=1&kind=therapy&kind=family&kind=body_care").text
        assert "Try three others?" in page
        wanted = dates_in(page)
        assert len(wanted) == 3
        assert post(me, "/my/try-three", again="1", date=wanted).status_code == 303
        assert "You tried 0 of 3." in me.get("/my/try-three").text


def test_stopping_says_what_it_gives_back_and_does_it(me, house):
    house.begin()
    assert "gives back the 3 seats" in me.get("/my/try-three").text
    answer = me.post("/my/try-three/stop", follow_redirects=True)
    assert "3 seats are given back." in answer.text
    assert not house.seats()
    assert "0 of 3 picked." in me.get("/my/try-three").text


def test_it_is_read_in_spanish(me, house):
    house.begin()
    assert "Probaste 0 de 3." in me.get("/my/try-three", headers={"Accept-Language": "es"}).text


# --- by staff, with the person ---


@pytest.fixture
def desk(client, house, world):
    return client.as_(world.front_desk())


def theirs(house):
    return f"/people/{house.robin.uid}/try-three"


def test_staff_begin_it_with_a_person_and_see_how_far_they_are(desk, house):
    page = desk.get(f"/people/{house.robin.uid}").text
    assert f'href="{theirs(house)}"' in page
    page = desk.get(f"{theirs(house)}?kind=support&kind=art&kind=quiet").text
    assert "Try three kinds with Robin" in page
    wanted = dates_in(page)
    assert post(desk, theirs(house), date=wanted).status_code == 303
    assert len(house.seats()) == 3
    page = desk.get(f"/people/{house.robin.uid}").text
    assert "Tried 0 of 3." in page
    assert "A group of art" in page
    art, later = house.dates["art"]
    assert later.uid in desk.get(f"{theirs(house)}/{art.uid}").text
    assert post(desk, f"{theirs(house)}/{art.uid}", date=later.uid).status_code == 303
    assert later.id in house.seats()
    desk.post(f"{theirs(house)}/stop")
    assert not house.seats()


def test_staff_never_read_there_what_was_said_and_keep_one_with_the_person(desk, house, world):
    house.begin()
    with clock.at(house.dates["quiet"][0].end + timedelta(minutes=20)):
        support = house.dates["support"][0]
        said = {"line": Given("Too warm"), "welcome": Given("mostly")}
        service.reflect(house.by, support, said, Audience.MY_COUNSELOR)
        db.session.commit()
        page = desk.get(theirs(house)).text
        assert "mostly" not in page
        assert "Three taps" not in page
        art = house.dates["art"][0].group
        assert post(desk, f"/people/{house.robin.uid}/groups", group=art.uid).status_code == 303
        assert live_of(art.id, house.robin.id).mode == EnrolmentMode.WHOLE


def test_who_may_not_know_of_all_three_does_not_see_them(client, house, world):
    pike = world.facilitator("Pike", "Mockridge")
    modality = world.modality("of-pike", kind="family")
    group = world.group("Of Pike", led_by=pike, modality=modality)
    world.soon(group, in_minutes=60 * 24 * 9)
    world.enrol(group, house.robin)
    house.begin()
    client = client.as_(pike)
    page = client.get(f"/people/{house.robin.uid}").text
    assert "A group of art" not in page
    assert "Three kinds in two weeks" not in page
    assert client.get(theirs(house)).status_code == 404
    assert client.post(f"{theirs(house)}/stop").status_code == 404
    assert len(house.seats()) >= 3


def test_a_stranger_and_another_client_reach_none_of_it(client, house, world):
    house.begin()
    client = client.as_(world.client("Another", "Client"))
    assert client.get(theirs(house)).status_code == 404
    assert client.post(theirs(house), data={"date": house.three()}).status_code == 404
    assert client.get(f"/my/try-three/{house.three()[0]}").status_code == 404
    assert client.as_(house.robin).get(theirs(house)).status_code == 404, "one's own page is another"


def test_a_date_given_back_elsewhere_asks_for_another_day(me, house):
    house.begin()
    cannot_come(house.by, house.dates["art"][0], house.robin)
    enrol(house.by, house.dates["quiet"][0].group, house.robin)
    db.session.commit()
    page = me.get("/my/try-three").text
    assert "given back" in page
    assert queries.trial_progress(house.robin.id, clock.now()).tried == 0
