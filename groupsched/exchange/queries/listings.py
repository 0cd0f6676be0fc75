"""Reading what came from elsewhere: code tables, what a source brought before, and what nobody has said yet."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.queries import of_program
from groupsched.catalog.models import Group, ListingSource
from groupsched.catalog.rules import GroupState
from groupsched.core.db import db
from groupsched.core.resources import content
from groupsched.core.search import matches
from groupsched.exchange.rules import ENDS, MATTERS, CodeTable, KnownListing, code_table
from groupsched.schedule.models import Series
from groupsched.schedule.queries import current_series_of

PAGE = 50


@dataclass(frozen=True)
class ReviewQuery:
    """Which listings to review are asked for; `after` is the number of the last one of the page before."""

    source: str = ""
    missing: str = ""
    q: str = ""
    after: int = 0


@dataclass(frozen=True)
class ReviewPage:
    """One page of listings with the rule each meets by, how many there are in all, and where the next page begins."""

    rows: list[tuple[Group, Series | None]]
    total: int
    after: int | None


def table_of(fellowship: str | None) -> CodeTable:
    """The code table of a fellowship; without one, the codes that mean the same everywhere."""
    return code_table(content("fellowships"), fellowship)


def fellowships() -> list[str]:
    """The fellowships whose codes the product knows."""
    return sorted(content("fellowships")["fellowships"])


def source_named(program_id: int, name: str) -> ListingSource | None:
    """A source of a program by its name."""
    return db.session.scalar(
        select(ListingSource).where(ListingSource.program_id == program_id, ListingSource.name == name)
    )


def source_like(program_id: int, name: str) -> ListingSource | None:
    """A source of a program by its name, else one whose name differs only by capital letters."""
    query = select(ListingSource).where(ListingSource.program_id == program_id).order_by(ListingSource.id)
    found = [one for one in db.session.scalars(query) if one.name.casefold() == name.casefold()]
    return next((one for one in found if one.name == name), found[0] if found else None)


def known_listings(source: ListingSource | None) -> Mapping[str, KnownListing]:
    """What this source brought before, retired or not, by slug."""
    if source is None:
        return {}
    query = select(Group.source_slug, Group.source_hash, Group.state).where(Group.source_id == source.id)
    rows = db.session.execute(query)
    return {str(slug): KnownListing(mark, state == GroupState.PUBLISHED) for slug, mark, state in rows}


def sources(identity: Identity) -> list[ListingSource]:
    """The sources of the identity's program by name."""
    query = select(ListingSource).where(ListingSource.program_id == identity.program_id)
    return list(db.session.scalars(query.order_by(ListingSource.name)))


def get_source(identity: Identity, uid: str) -> ListingSource:
    """A source of the identity's program by its public id. Raises NotFound."""
    return of_program(identity, ListingSource, uid)


def open_questions(identity: Identity, wanted: ReviewQuery) -> Select[Group]:
    """Published listings of the identity's program about which something is not said, by number."""
    # JSON asked as the text that it was written as, which both databases keep. PostgreSQL's JSONB would not.
    asked = cast(Group.review, String)
    query = (
        select(Group)
        .join(ListingSource)
        .where(Group.program_id == identity.program_id, Group.state == GroupState.PUBLISHED, asked != "[]")
        .order_by(Group.id)
    )
    if wanted.source:
        query = query.where(ListingSource.name == wanted.source)
    if wanted.missing in (*MATTERS, ENDS):
        query = query.where(asked.contains(f'"{wanted.missing}"'))
    return query.where(matches(Group.folded, wanted.q))


def to_review(identity: Identity, wanted: ReviewQuery) -> ReviewPage:
    """One page of the listings with open questions."""
    query = open_questions(identity, wanted)
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    page = query.options(joinedload(Group.place), joinedload(Group.source))
    groups = list(db.session.scalars(page.where(Group.id > wanted.after).limit(PAGE + 1)))
    shown = groups[:PAGE]
    series = current_series_of(shown)
    rows = [(group, series.get(group.id)) for group in shown]
    return ReviewPage(rows, total, shown[-1].id if len(groups) > PAGE else None)
