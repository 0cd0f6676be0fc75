"""Words that tell people of one name apart."""

from collections.abc import Iterator

from groupsched.attendance.queries import ToldApart
from groupsched.core.filters import short_day
from groupsched.core.i18n import _


def told_apart(one: ToldApart, zone: str) -> str:
    """`Lantern Street, last here Thu 12 Nov`: what the desk can check."""
    return ", ".join(_facts(one, zone))


def _facts(one: ToldApart, zone: str) -> Iterator[str]:
    if one.site:
        yield one.site
    if one.last:
        yield _("last here %(day)s", day=short_day(one.last, zone))
    else:
        yield _("not seen here yet")
