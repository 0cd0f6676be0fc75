"""The front page, the cover, and the choice of light."""

import re

import pytest
import time_machine

from groupsched.accounts.models import Credential
from groupsched.core import clock
from groupsched.core.db import db

pytestmark = pytest.mark.on_sqlite


def test_a_visitor_sees_the_name_of_the_program_and_no_doors(client, world):
    page = client.get("/").text
    assert "Harbor House" in page
    assert "Look around as" not in page


def test_the_demo_has_three_doors(client, world):
    world.program.demo = True
    db.session.commit()
    page = client.get("/").text
    assert page.count('class="box door"') == 3
    assert "all people are invented" in page


def test_the_front_page_stands_in_an_empty_installation(client):
    assert client.get("/").status_code == 200


def test_the_crisis_block_shows_the_numbers_of_the_site_and_links_those_that_can_be_called(client, world):
    world.site.emergency_number, world.site.crisis_number = "[your emergency number]", "988"
    db.session.commit()
    page = " ".join(client.get("/").text.split())
    assert "[your emergency number]" not in page
    assert "your program’s own number" not in page, "nobody in danger reads what is still to be filled in"
    assert "call the emergency number of your country." in page
    assert 'href="tel:988"' in page
    assert 'href="tel:"' not in page


def test_the_numbers_stand_in_the_order_of_all_pages(client, world):
    world.site.emergency_number, world.site.crisis_number = "911", "988"
    world.site.program_number = "+1 202 555 0199"
    db.session.commit()
    for page in (client.get("/").text, client.as_(world.client("Robin", "Teacup")).get("/my").text):
        numbers = [page.index(f'href="tel:{one}"') for one in ("988", "911", "+12025550199")]
        assert numbers == sorted(numbers)


def test_a_program_without_a_number_promises_no_help_by_telephone(client, world):
    person = client.as_(world.client("Robin", "Teacup"))
    page = person.get("/my").text
    assert "Need help right now?" not in page
    assert "#lifeline" not in page
    world.site.program_number = "+1 202 555 0199"
    db.session.commit()
    page = person.get("/my").text
    assert "Need help right now?" in page
    assert 'href="#lifeline"' in page


def test_the_cover_names_nobody_and_nothing(client, world):
    page = client.as_(world.client("Robin", "Teacup")).get("/cover").text
    for word in ("Robin", "Harbor", "session", "recovery"):
        assert word.lower() not in page.lower()


@pytest.mark.parametrize(
    ("sent", "attributes"),
    [
        ({"theme": "dark"}, ['data-bs-theme="dark"']),
        ({"theme": "light", "contrast": "more"}, ['data-bs-theme="light"', 'data-contrast="more"']),
        ({"contrast": "more"}, ['data-contrast="more"']),
    ],
)
def test_a_choice_of_light_is_kept_in_the_browser(client, world, sent, attributes):
    answer = client.post("/look", data={**sent, "next": "/cover"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cover")
    page = client.get("/").text
    assert all(attribute in page for attribute in attributes)


def test_an_unknown_light_is_no_choice(client, world):
    client.post("/look", data={"theme": "disco", "contrast": "loud"})
    page = client.get("/").text
    assert "data-bs-theme" not in page
    assert "data-contrast" not in page


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "\\\\evil",
        "/%0d%0aX: y",
    ],
)
def test_a_choice_of_light_never_leads_to_another_site(client, world, address):
    target = client.post("/look", data={"next": address}).headers["Location"]
    assert target.startswith("/")
    assert not target.startswith(("//", "/\\"))


def test_a_wrong_method_on_the_front_page_is_told_the_right_one(client, world):
    answer = client.post("/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert client.get("/look").status_code == 405


def test_a_staff_bar_is_drawn_for_staff_and_a_paper_one_for_the_same_person_as_themselves(client, world):
    lead = world.facilitator()
    assert "appbar-staff" in client.as_(lead).get("/nothing-here").text
    assert "appbar-staff" not in client.as_(lead, as_self=True).get("/nothing-here").text


def test_an_address_with_nothing_on_it_says_so_kindly(client, world):
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert "You have not done anything wrong" in answer.text


def _with_login(person, login):
    db.session.add(Credential(person_id=person.id, login=login))
    db.session.commit()
    return person


def test_a_door_of_the_demo_lets_in_without_a_password_and_shows_what_to_try(client, world):
    world.program.demo = True
    _with_login(world.client("Robin", "Teacup"), "c01")
    answer = client.post("/doors/client")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sessions")
    page = client.get("/no-such-page").text
    assert "Robin T." in page
    assert "Join a date. Your calendar will only say" in page
    client.post("/hints/close")
    assert "Join a date. Your calendar will only say" not in client.get("/no-such-page").text


def test_there_is_no_door_outside_a_demo_and_none_of_another_name(client, world):
    _with_login(world.client("Robin", "Teacup"), "c01")
    assert client.post("/doors/client").status_code == 404
    world.program.demo = True
    db.session.commit()
    assert client.post("/doors/back").status_code == 404
    assert client.post("/doors/facilitator").status_code == 404, "nobody in this demo has that login"


def test_a_door_leads_only_to_people_of_the_demo_itself(client, world):
    world.program.demo = True
    other = world.another_program()
    _with_login(other.client("Ash", "Elsewhere"), "c01")
    assert client.post("/doors/client").status_code == 404


def test_asking_to_stay_gives_forms_their_secret_and_says_who_is_here(client, world):
    robin = world.client()
    answer = client.as_(robin).get("/stay")
    assert answer.get_json()["who"] == robin.uid
    assert answer.get_json()["secret"]
    assert client.get("/stay").status_code == 303, "a visitor is sent to sign in"


def test_the_door_of_the_front_desk_opens_the_sheet_that_runs_now(client, world):
    from groupsched.accounts.models import Credential
    from groupsched.core.db import db

    world.program.demo = True
    desk = world.front_desk()
    db.session.add(Credential(person_id=desk.id, login="wren"))
    db.session.commit()
    assert client.post("/doors/front_desk").location == "/today", "nothing runs yet"
    running = world.soon(world.group(), in_minutes=-25)
    assert client.post("/doors/front_desk").location == f"/sheet/{running.uid}"


def test_an_error_leads_back_to_the_page_it_came_from_and_never_out(client, world):
    occurrence = world.soon(world.group())
    robin = client.as_(world.client())
    page, leave = f"/sessions/{occurrence.group.uid}/mine", f"/occurrences/{occurrence.uid}/can-come"
    here = robin.get(leave, headers={"Referer": f"http://localhost{page}?dates=24"})
    assert here.status_code == 405
    assert f'href="{page}?dates=24">Back to that page' in here.text
    for other in ("https://evil.example/x", "http://localhost//evil.example", "http://localhost" + leave, ""):
        away = robin.get(leave, headers={"Referer": other})
        assert "Back to that page" not in away.text
        assert "evil" not in away.text
        assert "Go to the start" in away.text


def test_what_changed_meanwhile_is_shown_as_it_stands_now(client, world):
    occurrence = world.soon(world.group(), in_minutes=90)
    old_tab = {"Referer": "http://localhost/my"}
    answer = client.as_(world.client()).post(f"/occurrences/{occurrence.uid}/cannot-come", headers=old_tab)
    assert answer.status_code == 409
    assert 'href="/my">See how it stands now' in answer.text


def test_who_was_signed_out_by_time_is_led_to_sign_in_and_back(client, world):
    occurrence = world.soon(world.group(), in_minutes=90)
    old_tab = {"Referer": "http://localhost/my"}
    with time_machine.travel(clock.now(), tick=False):  # forms carry the second at which they were made
        answer = client.post(f"/occurrences/{occurrence.uid}/cannot-come", headers=old_tab)
        unknown = client.post("/occurrences/nobody-knows/cannot-come", headers=old_tab)
    assert answer.status_code == 404
    assert 'href="/sign-in?next=/my">Sign in' in answer.text
    pages = [
        re.sub(r'name="(?:csrf_token|written_by)" value="[^"]*"', "", page.text) for page in (unknown, answer)
    ]
    assert pages[0].replace("nobody-knows", occurrence.uid) == pages[1]
    assert "you need to sign in first" not in client.as_(world.client()).get("/no-such-page").text


def test_a_page_that_is_not_there_for_a_visitor_is_come_back_to_after_signing_in(world, client):
    hidden = world.group("Follow-up", setting="private", led_by=world.facilitator())
    answer = client.get(f"/sessions/{hidden.uid}?from=mail")
    assert answer.status_code == 404
    assert f'href="/sign-in?next=/sessions/{hidden.uid}?from%3Dmail">Sign in' in answer.text
