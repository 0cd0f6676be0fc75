"""Bringing listings in, the settings of their source, and saying by hand what a listing does not say."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import FileField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from groupsched.catalog.rules import Access, Orientation, Structure
from groupsched.core.fields import LineField, at_most, needed
from groupsched.core.i18n import _, _l, ngettext
from groupsched.core.regions import zones
from groupsched.exchange.queries import fellowships
from groupsched.exchange.rules import ENDS, MATTERS, SettleScope
from groupsched.exchange.service import SOURCE_LENGTH

KEEP, NOBODY = "", "nobody"
LENGTHS = (30, 45, 60, 75, 90, 120, 180)


def _choices(*pairs: tuple[str, Any]) -> list[SelectChoice]:
    edges = (KEEP, _l("Leave as it is")), (NOBODY, _l("Nobody says: stop asking"))
    return [SelectChoice(value, label) for value, label in (edges[0], *pairs, edges[1])]


def fellowship_name(key: str) -> str:
    """How a fellowship is called: its letters, or its name."""
    return key.upper() if len(key) <= 3 else key.title()


class SourceForm(FlaskForm):  # type: ignore[misc]
    """How a source is called, and how its rows are read."""

    name = LineField(_l("Name of the source"), [needed, at_most(SOURCE_LENGTH)])
    fellowship = SelectField(_l("Whose codes it uses"))
    timezone = SelectField(_l("Time zone of rows that name none"))

    def choose(self, timezone: str) -> None:
        """Fill the choices; `timezone` is offered whatever it is."""
        tables = [(key, fellowship_name(key)) for key in fellowships()]
        self.fellowship.choices = [("", _("Only codes that mean the same everywhere")), *tables]
        self.timezone.choices = list(zones(timezone).items())


class ListingsForm(SourceForm):
    """A file of listings, and where it comes from."""

    file = FileField(_l("File"))


class SettleForm(FlaskForm):  # type: ignore[misc]
    """What to set, and for which listings: the ticked ones or all that match."""

    orientation = SelectField(
        _l("Secular or faith-based"),
        choices=_choices((Orientation.SECULAR, _l("Secular")), (Orientation.FAITH, _l("Faith-based"))),
    )
    structure = SelectField(
        _l("Structured or relaxed"),
        choices=_choices((Structure.STRUCTURED, _l("Structured")), (Structure.RELAXED, _l("Relaxed"))),
    )
    access = SelectField(
        _l("Who may come"),
        choices=_choices((Access.OPEN, _l("Open to all")), (Access.CLOSED, _l("Only its own members"))),
    )
    ends = SelectField(
        _l("How long it lasts"),
        choices=_choices(*((str(n), _l("%(n)s min", n=n)) for n in LENGTHS)),
        default=KEEP,
    )
    listing = SelectMultipleField(_l("Listings"), validate_choice=False)
    scope = RadioField(
        _l("For which listings"),
        choices=[
            SelectChoice(SettleScope.TICKED, _l("The ticked ones")),
            SelectChoice(SettleScope.ALL, _l("All that match")),
        ],
        default=SettleScope.TICKED,
    )

    def count(self, total: int) -> None:
        """Say how many listings "all" would be: they are on more pages than this one."""
        words = ngettext("The one that matches", "All %(num)s that match, on every page", total)
        self.scope.choices = [self.scope.choices[0], SelectChoice(SettleScope.ALL, words)]

    def decisions(self) -> dict[str, str | None]:
        """What was chosen, by matter; None where nobody says it and it need not be asked again."""
        chosen = {name: self[name].data for name in (*MATTERS, ENDS)}
        return {name: None if value == NOBODY else value for name, value in chosen.items() if value != KEEP}

    def validate(self, extra_validators: Any = None) -> bool:
        """Something is chosen, and something is ticked where only the ticked ones are meant."""
        valid = super().validate(extra_validators)
        if valid and not self.decisions():
            self.orientation.errors = [_l("Choose what to set, here or in one of the next three.")]
            valid = False
        if valid and self.scope.data == SettleScope.TICKED and not self.listing.data:
            self.listing.errors = [_l("Tick at least one listing below, or choose all that match.")]
            valid = False
        return valid
