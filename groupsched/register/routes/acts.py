"""Acts as lines of a page: who did what to whom, each name with the address that asks for more of it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from groupsched.access.identity import Role
from groupsched.accounts.models import Person
from groupsched.accounts.queries import is_staff
from groupsched.accounts.words import role_names
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import ActorKind, AuditAction, AuditEffect, AuditObject
from groupsched.core.filters import clock_time, short_day
from groupsched.core.i18n import _, ngettext
from groupsched.register import words
from groupsched.register.queries import ActsRead, AuditedObject

Ask = Callable[..., str]
"""The address that asks for less: `ask(group=uid)`; empty where nothing can be asked."""


@dataclass(frozen=True)
class Mention:
    """A name in a line, and the address that asks for what else is told of it."""

    words: str
    href: str = ""


@dataclass(frozen=True)
class ActLine:
    """One act. `sentence` and `what` have the placeholders that `register.words` names."""

    row: AuditRow
    who: Mention
    sentence: Markup
    person: Mention
    about: Sequence[Mention] = ()
    group: Mention | None = None
    whens: Sequence[str] = ()
    what: Markup | None = None
    name: Mention | None = None
    role: str = ""
    site: str = ""
    reason: str = ""
    times: str = ""
    origin: str = ""

    @property
    def is_look(self) -> bool:
        """Whether nothing was changed by it."""
        return self.row.action is not None and self.row.action.effect is AuditEffect.LOOK

    @property
    def several(self) -> bool:
        """Whether it may be of more than one date."""
        return self.row.action is AuditAction.DATE_SEAT_CHOSEN


@dataclass
class ActWriter:
    """Says the acts of a page for one reader.

    `named` shows clients by their names, else they are numbered as they come on this page, and otherwise on any other; `me` is
    the person whose own record it is.
    """

    acts: ActsRead
    zone: str
    named: bool = False
    me: Person | None = None
    ask: Ask = field(default=lambda **_asked: "")

    def __post_init__(self) -> None:
        self.sentences, self.objects = words.sentences(), words.objects()
        self.to_oneself = words.by_you() if self.me else words.to_oneself()
        self.origins = words.origins()
        self.by_uid = {person.uid: person for person in self.acts.people.values()}
        self.numbers: dict[int, int] = {}
        self.alike = Counter(person.short_name for person in self.acts.people.values())

    def lines(self) -> list[ActLine]:
        """Every act of the page, in its order."""
        return [self._line(row) for row in self.acts.page.rows]

    def _line(self, row: AuditRow) -> ActLine:
        subjects = [self.acts.people[number] for number in self.acts.subjects[row.id]]
        whom = self._whom(row, subjects)
        sentence = self._sentence(row, whom)
        is_said = len(subjects) == 1 and ("%(person)s" in sentence or subjects[0].id == row.actor_id)
        return ActLine(
            row=row,
            who=self._who(row, subjects),
            sentence=sentence,
            person=self._person(whom, row, subjects) if whom else Mention(_("somebody")),
            about=[] if self.me or is_said else [self._client(one, row, subjects) for one in subjects],
            reason=self._reason(row),
            times=self._times(row),
            origin="" if self.me or row.came_from is None else self.origins[row.came_from],
            **self._object(row),
            **self._role(row, whom, subjects),
        )

    def _reason(self, row: AuditRow) -> str:
        """Why somebody broke the glass, for who sees names: it may hold one."""
        return str(row.detail.get("reason", "")) if self.named else ""

    def _times(self, row: AuditRow) -> str:
        """How often, of what was counted within an hour, and when that hour began."""
        often = ngettext("%(num)s time", "%(num)s times", int(row.detail.get("times", 1)))
        if "hour" not in row.detail:
            return often
        began = datetime.fromisoformat(row.detail["hour"])
        return _("%(often)s in the hour from %(when)s", often=often, when=_moment(began, self.zone))

    def _whom(self, row: AuditRow, subjects: Sequence[Person]) -> Person | None:
        """The one person whom an act was about."""
        if self.me or len(subjects) == 1:
            return self.me or subjects[0]
        return self.by_uid.get(row.object_uid) if row.object_type == AuditObject.PERSON else None

    def _sentence(self, row: AuditRow, whom: Person | None) -> Markup:
        if row.action is None:  # A later version wrote it: it is never hidden.
            return escape(row.word.replace("%", "%%").replace(".", " ").replace("_", " "))
        oneself = whom is not None and row.actor_id == whom.id
        said = (self.to_oneself.get(row.action) if oneself else None) or self.sentences[row.action]
        return Markup(said)  # noqa: S704 - our own words

    def _who(self, row: AuditRow, subjects: Sequence[Person]) -> Mention:
        actor = self.acts.people.get(row.actor_id or 0)
        if actor is None:
            return self._nobody(row)
        return Mention(_("You")) if actor is self.me else self._person(actor, row, subjects)

    def _nobody(self, row: AuditRow) -> Mention:
        """Who did it where it was no person."""
        if row.token_uid:
            token = self.acts.objects.get((AuditObject.API_TOKEN, row.token_uid))
            return Mention(_("The token %(name)s", name=token.name) if token else _("A token"))
        unknown = row.actor_kind is ActorKind.ANONYMOUS
        return Mention(_("Somebody not signed in") if unknown else _("The program itself"))

    def _person(self, person: Person, row: AuditRow, subjects: Sequence[Person]) -> Mention:
        """A person as staff, by their name; as a client where the act is about their own record."""
        if person in subjects or not is_staff(person):
            return self._client(person, row, subjects)
        return Mention(person.short_name, self.ask(staff=person.uid))

    def _client(self, person: Person, row: AuditRow, subjects: Sequence[Person]) -> Mention:
        shown = self._name(person) if self.named or person is self.me else self._number(person)
        key = self._key(person, row, subjects)
        return Mention(shown, self.ask(client=key) if key else "")

    def _number(self, person: Person) -> str:
        """A number for this page alone: by one that stays, views could be put together until it says who it is."""
        return _("client %(number)s", number=self.numbers.setdefault(person.id, len(self.numbers) + 1))

    def _name(self, person: Person) -> str:
        """First name and initial; where two on the page are alike, their number too."""
        twice = self.alike[person.short_name] > 1 and person is not self.me
        return f"{person.short_name} ({person.record_number})" if twice else person.short_name

    def _key(self, person: Person, row: AuditRow, subjects: Sequence[Person]) -> str:
        """How an address names a client, see `AuditQuestion`."""
        if self.named:
            return person.uid
        if person in subjects:
            return f"{row.id}.{subjects.index(person) + 1}"
        return f"{row.id}.0" if row.actor_id == person.id else ""

    def _object(self, row: AuditRow) -> dict[str, Any]:
        action = row.action
        if action is None:
            return {}
        found = self.acts.objects.get((row.object_type, row.object_uid))
        known, gone = self.objects.get(action.object, ("", ""))
        group = Mention(found.name, self.ask(group=found.group)) if found and found.group else None
        return {
            "group": group,
            "whens": self._whens(row, found),
            "what": Markup(known if found else gone),  # noqa: S704 - our own words
            "name": group or (Mention(found.name) if found else None),
        }

    def _whens(self, row: AuditRow, found: AuditedObject | None) -> list[str]:
        """The dates of an act: that of its object, or those that it says itself, in the time of the place."""
        if found is None:
            return []
        if found.start is not None:
            return [_moment(found.start, found.zone)]
        one = row.detail.get("date")
        told = [one] if one else row.detail.get("dates", [])
        here = ZoneInfo(self.zone)
        return [_moment(datetime.fromisoformat(text).replace(tzinfo=here), self.zone) for text in told]

    def _role(self, row: AuditRow, whom: Person | None, subjects: Sequence[Person]) -> dict[str, Any]:
        """Which role, and where. Of a number only the role of a client: another would say whose number it is."""
        role = next((role for role in Role if role == row.detail.get("role")), None)
        shown = self.named or self.me or whom not in subjects or role is Role.CLIENT
        if role is None or not shown:
            return {}
        site = self.acts.objects.get((AuditObject.SITE, row.detail.get("site", "")))
        return {"role": role_names()[role], "site": site.name if site else ""}


def _moment(start: datetime, zone: str) -> str:
    return f"{short_day(start, zone)} {clock_time(start, zone)}"
