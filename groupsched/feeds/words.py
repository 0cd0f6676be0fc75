"""The few words that every calendar says, in the language in force."""

from groupsched.core.i18n import _, in_language
from groupsched.core.resources import content
from groupsched.feeds.rules import FeedKind, NeutralWords, TitleMode


def labels() -> NeutralWords:
    """The neutral titles: what the messages of the product call a session, too; and the labels of a description."""
    return NeutralWords(
        appointment=_said("private_event_title"),
        group=_said("short_event_title"),
        note=_("Note: %(text)s", text="{words}"),
        topic=_("Topic: %(name)s", name="{words}"),
        bring=_("Bring: %(text)s", text="{words}"),
        link=_("Online: %(text)s", text="{words}"),
    )


def cancelled_title() -> str:
    """What stands before the title of a cancelled date; `{title}` is the title."""
    return _("Cancelled: %(title)s", title="{title}")


def calendar_name(kind: str, titles: str) -> str:
    """The name a calendar program shows: as private as the titles are."""
    if titles == TitleMode.PRIVATE:
        return _said("sender_name")
    return str(_("What I lead") if kind == FeedKind.LEADING else _("My sessions"))


def _said(key: str) -> str:
    return str(in_language(content("messages")[key]))
