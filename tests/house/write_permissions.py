"""Write docs/permissions.md anew: who may do what, found by asking the policy about one object of every kind."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from pathlib import Path

from groupsched.access.identity import (
    Anonymous,
    ApiToken,
    GrantInForce,
    Identity,
    Member,
    OpenGlass,
    Role,
    Scope,
)
from groupsched.access.policy import Facts, Permission, can

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
HERE, ELSEWHERE = 1, 2
SITE, OTHER_SITE, SITE_ELSEWHERE = 1, 2, 3
ME, SOMEBODY = 7, 8
NOTHING = "–"


@dataclass(frozen=True)
class Thing:
    """An object to ask the policy about: where it is, whether I lead it, whose record it is, whether it is public, whether I
    know the person, whether I am on their care team."""

    program: int
    site: int | None
    mine: bool = False
    subject: int | None = None
    published: bool = False
    known: bool = False
    cared: bool = False

    @property
    def facts(self) -> Facts:
        owners = frozenset({ME if self.mine else SOMEBODY})
        known_to = frozenset({ME} if self.known else ())
        team = frozenset({ME} if self.cared else ())
        return Facts(self.program, self.site, owners, self.subject, team, self.published, known_to)

    def __str__(self) -> str:
        return f"({', '.join(f'{name}={value}' for name, value in vars(self).items())})"


def things() -> list[Thing]:
    """One of every kind: groups, shown to all or not, records of others, and my own record."""
    here = [(HERE, SITE), (HERE, OTHER_SITE), (HERE, None)]
    places = [*here, (ELSEWHERE, SITE_ELSEWHERE)]
    groups = [
        Thing(*place, mine, published=shown)
        for place, mine, shown in product(places, (True, False), (True, False))
    ]
    records = [Thing(*place, mine, SOMEBODY) for place, mine in product(places, (True, False))]
    records += [Thing(*place, mine=True, subject=SOMEBODY, known=True) for place in places]
    records += [Thing(*place, subject=SOMEBODY, cared=True) for place in places]
    return [*groups, *records, *(Thing(*place, mine, ME) for place, mine in product(here, (True, False)))]


# What a cell may say, the widest first. Together the words of a cell say exactly what is allowed.
WORDS: dict[str, Callable[[Thing], bool]] = {
    "yes": lambda thing: True,
    "program": lambda thing: thing.program == HERE and thing.subject != ME,
    "own site": lambda thing: thing.site == SITE and thing.subject != ME,
    "own groups": lambda thing: thing.mine and thing.program == HERE and thing.subject != ME,
    "told, own site": lambda thing: thing.mine and thing.site == SITE and thing.subject != ME,
    "known, own groups": lambda thing: (
        thing.mine and thing.program == HERE and (thing.subject is None or thing.known)
    ),
    "own care": lambda thing: thing.cared and thing.program == HERE,
    "own record": lambda thing: thing.subject == ME,
    "published": lambda thing: thing.published and thing.program == HERE,
}


def cell(identity: Identity, permission: Permission) -> str:
    """What an identity may do with a permission, in the words of the table; what they do not cover is spelt out."""
    known = [thing for thing in things() if identity.person or thing.subject != ME]
    allowed = {thing for thing in known if can(identity, permission, thing.facts)}
    said: list[str] = []
    told: set[Thing] = set()
    for word, covers in WORDS.items():
        meant = {thing for thing in known if covers(thing)}
        if meant and meant <= allowed and not meant <= told:
            said.append(word)
            told |= meant
    return ", ".join([*said, *sorted(str(thing) for thing in allowed - told)]) or NOTHING


def member(*roles: Role, site: int | None = None, as_self: bool = False) -> Member:
    """Somebody who holds these roles, in the whole program or at a site."""
    grants = tuple(GrantInForce(role, HERE, site) for role in roles)
    return Member(program_id=HERE, person_id=ME, grants=grants, as_self=as_self)


def token(scope: str) -> ApiToken:
    """A token with one scope."""
    return ApiToken(program_id=HERE, token_id=1, scopes=frozenset({scope}))


PEOPLE: dict[str, Identity] = {
    "visitor": Anonymous(program_id=HERE),
    "client": member(Role.CLIENT),
    "facilitator": member(Role.FACILITATOR),
    "front desk": member(Role.FRONT_DESK, site=SITE),
    "supervisor": member(Role.SUPERVISOR),
    "administrator": member(Role.ADMIN),
    "supervisor, break-glass": replace(member(Role.SUPERVISOR), glass=OpenGlass("", "", datetime.max)),
    "administrator, break-glass": replace(member(Role.ADMIN), glass=OpenGlass("", "", datetime.max)),
}
PROGRAMS: dict[str, Identity] = {f"`{scope}`": token(scope) for scope in Scope}
PREFACE = """\
# Who may do what

Made from `groupsched/access/policy.py` by asking it; every change of a permission shows here. To write it anew:
`python -m tests.house.write_permissions`. Which address asks for which permission is in [routes.md](routes.md).

- **yes**: whatever it is about. **–**: never; it answers like what does not exist.
- **program**: everything of the own program, at every site. **own site**: what is at the site where the role is held; a desk
  held in the whole program reaches the program.
- **own groups**: the groups that this person leads, and who has a seat in them. **known, own groups**: the same, and of
  people those alone whom they know: who asked to join or waits, who is or was in a group of theirs in the last 90 days,
  whom they found by the whole name or number an hour ago at most (`enrolment/queries/known.py`). Anybody else they propose.
- **told, own site**: of what is at the site where the role is held, that which this person was told of.
- **own care**: the people on whose care team this person is today (`care/`), and in which groups they are.
- **own record**: what is about this person. No role of staff reaches one's own record: whoever has both hats meets it as a
  client does.
- **published**: what the own program shows to everybody.

Break-glass is an hour in one browser, opened with a reason, told to supervisors at once; every look in it is written down.
Roles add up. Staff who act as themselves have what a client has. The product itself, at work in a command or in the
worker, may do everything.
"""


def rows(columns: dict[str, Identity]) -> Iterable[str]:
    """A table: a permission a line, an identity a column."""
    yield f"| permission | {' | '.join(columns)} |"
    yield f"|---|{'---|' * len(columns)}"
    for permission in Permission:
        cells = (cell(identity, permission) for identity in columns.values())
        yield f"| {permission.name} | {' | '.join(cells)} |"


def page() -> str:
    """The whole document."""
    people, programs = "\n".join(rows(PEOPLE)), "\n".join(rows(PROGRAMS))
    return f"{PREFACE}\n## People\n\n{people}\n\n## Tokens, by scope\n\n{programs}\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
