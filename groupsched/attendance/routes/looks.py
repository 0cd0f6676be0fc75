"""How a browser shows its sheets: as tiles, or as a list of one row a person."""

from enum import StrEnum

from flask import Response, after_this_request, request

from groupsched.core.web import settings

COOKIE = "sheet-as"
YEAR = 365 * 24 * 3600


class SheetLook(StrEnum):
    """Tiles, or rows."""

    TILES = "tiles"
    LIST = "list"


def as_list() -> bool:
    """Whether this browser wants a list: as its address says, which is kept, else as it said last."""
    asked = request.args.get("as", "")
    if asked in list(SheetLook):
        after_this_request(lambda answer: _keep(answer, asked))
    return (asked or request.cookies.get(COOKIE)) == SheetLook.LIST


def _keep(answer: Response, asked: str) -> Response:
    # Read by the page's module too, which changes it without leaving the marks that wait.
    answer.set_cookie(COOKIE, asked, max_age=YEAR, samesite="Lax", secure=settings().secure)
    return answer
