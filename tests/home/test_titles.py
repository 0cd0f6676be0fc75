"""A title says "Error:" only when the page shows a mistake."""

import pytest

pytestmark = pytest.mark.on_sqlite


@pytest.mark.parametrize("path", ["/calendar", "/account", "/my"])
def test_a_page_without_a_mistake_has_a_calm_title(client, world, path):
    person = world.client()
    assert "<title>Error" not in client.as_(person).get(path).text


def test_a_page_with_a_mistake_says_so_in_its_title(client, world):
    answer = client.as_(world.client()).post(
        "/calendar", data={"name": "", "titles": "private", "kind": "mine"}
    )
    assert answer.status_code == 422
    assert "<title>Error: My calendar</title>" in answer.text
