"""The forms of the calendar page: shape only; what fits is decided by the service."""

from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from groupsched.core.fields import LineField
from groupsched.core.i18n import _l
from groupsched.feeds.rules import FeedKind, TitleMode

NAME_LENGTH = 80


class TitlesForm(FlaskForm):  # type: ignore[misc]
    """A link's name and what its titles show."""

    name = LineField(
        _l("Name of the device"),
        validators=[
            DataRequired(_l("Give the link a name, such as “My phone”.")),
            Length(max=NAME_LENGTH, message=_l("This is too long. Please shorten it.")),
        ],
    )
    titles = RadioField(
        _l("What your calendar shows"),
        choices=[
            SelectChoice(TitleMode.PRIVATE, _l("Private")),
            SelectChoice(TitleMode.SHORT, _l("Short")),
            SelectChoice(TitleMode.FULL, _l("Full")),
        ],
        default=TitleMode.PRIVATE,
        validators=[InputRequired(_l("Choose what titles show."))],
    )


class NewLinkForm(TitlesForm):
    """A further link; the view offers the kinds that the person may choose."""

    kind = RadioField(
        _l("What is in it"),
        default=FeedKind.MINE,
        validators=[InputRequired(_l("Choose what the calendar is for."))],
    )
