"""Roles, and who hears of a change and how, in words."""

from collections.abc import Iterable, Sequence

from groupsched.access.identity import Role
from groupsched.accounts.models import Person
from groupsched.accounts.queries import PeopleTold
from groupsched.accounts.rules import CalledName, labels
from groupsched.core.i18n import _, listed, ngettext

MOST_NAMED = 5


def labels_of(people: Iterable[Person]) -> dict[int, str]:
    """How people are called in a list of them: first name and initial, longer only to tell two apart."""
    once = {person.id: person for person in people}
    found = labels(
        CalledName(str(one.id), one.first_name, one.last_name, one.record_number) for one in once.values()
    )
    return {number: found[str(number)] for number in once}


def told_words(told: PeopleTold, *, named: bool, phones: bool) -> str:
    """How many get a mail, and who does not: by name where the reader may see who is in the group, with the phone number
    where that shows to them."""
    said = []
    if told.mailed:
        number = len(told.mailed)
        said.append(ngettext("%(num)s person gets a mail.", "%(num)s people get a mail.", number))
    if told.unreached and named:
        said.append(
            _("Not by mail: %(people)s.", people=_some(told.unreached, phones=phones).removesuffix("."))
        )
        if not phones:
            said.append(_("The desk has their numbers."))
        said.append(_("“Needs attention” on Today says so until somebody has told them."))
    elif told.unreached:
        number = len(told.unreached)
        said.append(
            ngettext(
                "%(num)s person gets no mail and has to be told.",
                "%(num)s people get no mail and have to be told.",
                number,
            )
        )
    return " ".join(said)


def shares_mail_words(person: Person | None) -> str:
    """Whose a mail address is too; without a name where they do not show."""
    name = person.name if person is not None else _("Another person")
    return str(_("%(name)s has this mail address too.", name=name))


def _some(people: Sequence[Person], *, phones: bool) -> str:
    called = labels_of(people)
    names = [_with_phone(one) if phones else called[one.id] for one in people[:MOST_NAMED]]
    more = len(people) - len(names)
    return listed([*names, *([ngettext("%(num)s more", "%(num)s more", more)] if more else [])])


def _with_phone(person: Person) -> str:
    phone = person.phone or _("no phone number")
    return f"{person.name} ({phone})"


def role_names() -> dict[Role, str]:
    """The roles in the words of the page."""
    return {
        Role.CLIENT: _("Client"),
        Role.FACILITATOR: _("Facilitator"),
        Role.FRONT_DESK: _("Front desk"),
        Role.SUPERVISOR: _("Supervisor"),
        Role.ADMIN: _("Administrator"),
    }
