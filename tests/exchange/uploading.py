"""A file as a browser sends it, and the yes to what its page says."""

import io
import re
from html import unescape


def send(browser, address, data, **fields):
    """Send a file; the answer is the page that says what would happen."""
    data = data.encode() if isinstance(data, str) else data
    form = {**fields, "file": (io.BytesIO(data), "table.csv")}
    return browser.post(address, data=form, content_type="multipart/form-data")


def yes(browser, address, page, button="yes", packed=None):
    """Press a button of that page, with its file or (`packed`) that of another page."""
    fields = hidden(page)
    if packed is not None:
        fields["packed"] = hidden(packed)["packed"]
    return browser.post(address, data={**fields, button: "1"}, follow_redirects=True)


def hidden(page):
    """The fields in which the file comes back."""
    found = re.findall(r'name="(packed|seal)" value="([^"]*)"', page.text)
    return {name: unescape(value) for name, value in found}
