"""A line that is slow or breaks: no edit is lost, what failed is seen to have failed, what is sent twice happens once."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def slow(page: Any, milliseconds: int) -> None:
    """Every answer comes so much later."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    line = {"offline": False, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1}
    network.send("Network.emulateNetworkConditions", line)


def test_two_dates_skipped_at_once_and_published_before_the_answers_come_are_both_skipped(
    browse: Any,
) -> None:
    page = browse("facilitator")
    page.goto("/groups/new?from=relaxed-support")
    page.locator("input[name=title]").fill("Slow line tea")
    page.wait_for_timeout(600)  # what typing asked is answered
    buttons = page.locator("#panel button[name=toggle]")
    days = [buttons.nth(number).get_attribute("value") for number in (1, 2)]
    slow(page, 1200)
    for day in days:
        page.locator(f"#toggle-{day}").click(no_wait_after=True)
    publish = page.get_by_role("button", name=re.compile("^Publish|^Save draft")).last
    with page.expect_navigation():
        publish.click(no_wait_after=True)
    page.locator("a", has_text=re.compile("^(Change|Edit)")).first.click()
    kept = page.locator("input[name=skip]")
    assert {kept.nth(number).get_attribute("value") for number in range(kept.count())} == set(days)


def test_two_dates_skipped_at_once_are_both_shown_as_skipped_when_the_answers_are_there(browse: Any) -> None:
    page = browse("facilitator")
    page.goto("/groups/new?from=relaxed-support")
    buttons = page.locator("#panel button[name=toggle]")
    days = [buttons.nth(number).get_attribute("value") for number in (1, 2)]
    slow(page, 700)
    for day in days:
        page.locator(f"#toggle-{day}").click(no_wait_after=True)
    for day in days:
        expect(page.locator(f"#toggle-{day}")).to_contain_text("Add back")
    assert page.locator("input[name=skip]").count() == 2


def test_a_filter_that_failed_is_seen_to_have_failed_and_can_be_asked_again(browse: Any) -> None:
    page = browse("client", viewport={"width": 390, "height": 844})
    page.goto("/sessions")
    failed = page.locator("#failed")
    expect(failed).to_be_hidden()
    page.route("**/sessions?*", lambda route: route.abort())
    page.locator("#fold-more summary").click()
    chip = page.locator("label.chip, .chip").filter(has_text="Quiet").first
    chip.click()
    expect(failed).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Could not refresh")
    page.unroute("**/sessions?*")
    failed.get_by_role("button", name="Try again").click()
    expect(failed).to_be_hidden()
    page.wait_for_url("**kind=quiet**")
    expect(page.locator("#found")).not_to_be_empty()


def test_a_form_that_is_sent_twice_adds_one_person(browse: Any) -> None:
    page = browse("supervisor")
    page.goto("/people/new")
    page.locator("#first_name").fill("Shaky")
    page.locator("#last_name").fill("Doubletap")
    slow(page, 800)
    form = page.locator("main form[method=post]").last
    with page.expect_navigation():
        form.evaluate("(f) => { f.requestSubmit(); setTimeout(() => f.requestSubmit(), 50); }")
    page.goto("/people")
    page.locator("#q").fill("Doubletap")
    with page.expect_response("**/people"):
        page.locator("#q").press("Enter")
    expect(page.locator("#q")).to_have_value("Doubletap")
    assert page.locator("main").inner_text().count("Shaky Doubletap") <= 1
