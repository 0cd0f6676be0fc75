"""What the three pages share on which a sheet is read and written: one button at a time, one phase open at most."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import request

from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import LANGUAGES, SOURCE, _, current_language, force_locale
from groupsched.core.text import clean_line, clean_prose
from groupsched.facilitation import queries
from groupsched.facilitation.rules import (
    Company,
    NoRoom,
    Phase,
    PhaseFlag,
    PhaseRole,
    PhaseWords,
    PhaseWritten,
    PromptList,
    PromptsWanted,
    RunSheet,
    SheetAct,
    by_minutes,
    copied,
    fit,
    given_spare,
    is_full,
    list_for,
    moved_by,
    moved_to,
    rewritten,
    timed,
    wants_break,
    with_break,
    with_phase,
    with_prompt,
    without,
)
from groupsched.facilitation.words import (
    break_words,
    company_words,
    flag_words,
    in_words,
    list_words,
    missing_words,
    new_phase_words,
    phase_words,
    role_words,
    total_words,
)

NAME, LINE, PROSE = 80, 200, 1000
MOST_LINES = 20
STEPS = {SheetAct.UP: -1, SheetAct.DOWN: 1}
MINUTES = {SheetAct.LESS: -1, SheetAct.MORE: 1}


def number_sent() -> int:
    """Which number of the sheet its writer saw; 0 where they say none."""
    return _number("number")


def _number(field: str) -> int:
    sent = request.form.get(field, "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 6 else 0


def act_sent() -> str:
    """What the button says."""
    return request.form.get("act", "")


def edited(sheet: RunSheet, program_id: int) -> tuple[RunSheet, str]:
    """The sheet as the button leaves it, and the key of the phase that stays open. Words that were written beside the button are kept
    with it. Raises NotFound for a phase that is not there, DomainError for what does not go."""
    act, key = act_sent(), request.form.get("phase", "")
    if act in _OF_SHEET:
        return _OF_SHEET[SheetAct(act)](sheet)
    if act not in set(SheetAct) or sheet.phase(key) is None:
        raise NotFound
    if "minutes" in request.form:
        sheet = rewritten(sheet, key, written_sent())
    return _of_phase(sheet, key, SheetAct(act), program_id)


def _of_phase(sheet: RunSheet, key: str, act: SheetAct, program_id: int) -> tuple[RunSheet, str]:
    opened = request.form.get("open", "")
    if act in STEPS:
        return moved_by(sheet, key, STEPS[act]), opened
    if act in MINUTES:
        return by_minutes(sheet, key, MINUTES[act]), opened
    if act is SheetAct.MOVE_TO:
        return moved_to(sheet, key, _number("place")), opened
    if act is SheetAct.TAKE_OUT:
        return without(sheet, key), ""
    if act is SheetAct.USE_PROMPT:
        prompt = queries.get_prompt(program_id, request.form.get("prompt", ""))
        return with_prompt(sheet, key, prompt.texts), key
    if act is SheetAct.COPY:
        _refuse_full(sheet)
        found, new = copied(sheet, key)
        return found, new.key
    return sheet, ""


def _added(sheet: RunSheet) -> tuple[RunSheet, str]:
    _refuse_full(sheet)
    found, new = with_phase(sheet, _everywhere(new_phase_words))
    return found, new.key


def _with_break(sheet: RunSheet) -> tuple[RunSheet, str]:
    _refuse_full(sheet)
    return with_break(sheet, _everywhere(break_words)), ""


def _fitted(sheet: RunSheet) -> tuple[RunSheet, str]:
    found = fit(sheet)
    if isinstance(found, NoRoom):
        raise DomainError(missing_words(found), field="phases", code="no-room")
    return found, ""


_OF_SHEET: dict[SheetAct, Callable[[RunSheet], tuple[RunSheet, str]]] = {
    SheetAct.ADD: _added,
    SheetAct.ADD_BREAK: _with_break,
    SheetAct.GIVE_SPARE: lambda sheet: (given_spare(sheet), ""),
    SheetAct.FIT: _fitted,
}


def _refuse_full(sheet: RunSheet) -> None:
    if is_full(sheet):
        raise DomainError(_("A run sheet has at most 30 phases."), field="phases", code="too-long")


def _everywhere(words: Callable[[], PhaseWords]) -> dict[str, PhaseWords]:
    found = {}
    for code in LANGUAGES:
        with force_locale(code):
            found[code] = words()
    return found


def written_sent() -> PhaseWritten:
    """What the form says of a phase, in the languages in which it names it."""
    company = request.form.get("company", "")
    texts = {code: _words(code) for code in LANGUAGES if clean_line(request.form.get(f"name-{code}", ""))}
    if not texts:
        raise DomainError(_("Give each phase a name."), field=f"name-{current_language()}", code="no-name")
    return PhaseWritten(
        minutes=_number("minutes"),
        company=Company(company) if company in set(Company) else Company.WHOLE,
        flags=frozenset(PhaseFlag(one) for one in request.form.getlist("flags") if one in set(PhaseFlag)),
        roles=tuple(one for one in PhaseRole if one.value in request.form.getlist("roles")),
        texts=texts,
    )


def _words(code: str) -> PhaseWords:
    sent = {name: request.form.get(f"{name}-{code}", "") for name in ("name", "purpose", "how", "note")}
    return PhaseWords(
        name=clean_line(sent["name"], NAME),
        purpose=clean_line(sent["purpose"], LINE),
        prompts=_lines(f"prompts-{code}"),
        how=clean_line(sent["how"], LINE),
        materials=_lines(f"materials-{code}"),
        note=clean_prose(sent["note"], PROSE),
    )


def _lines(field: str) -> tuple[str, ...]:
    lines = (clean_line(one, LINE) for one in request.form.get(field, "").splitlines())
    return tuple(one for one in lines if one)[:MOST_LINES]


def page(sheet: RunSheet, begin: datetime | None, wanted: PromptsWanted, program_id: int) -> dict[str, Any]:
    """What a page says of a sheet: its phases with their times, the bar, one phase open, and prompts that fit this one."""
    opened = sheet.phase(request.args.get("open", ""))
    return {
        "sheet": sheet,
        "rows": _rows(sheet, begin),
        "opened": opened,
        "total": sheet.total,
        "total_said": total_words(sheet.total),
        "stretch": next((phase_words(one).name for one in sheet.phases if one.stretches), ""),
        "offers_break": wants_break(sheet),
        "shelf": _shelf(sheet, opened, wanted, program_id),
        "words": phase_words,
        "said": in_words,
        "flag_words": flag_words(),
        "company_words": company_words(),
        "role_words": role_words(),
        "codes": sorted(LANGUAGES, key=lambda code: code != current_language()),
        "source": SOURCE,
    }


def _rows(sheet: RunSheet, begin: datetime | None) -> list[tuple[Phase, datetime | None, str]]:
    """Each phase with the moment of its begin, or of a template how long after the begin that is, as `0:05`."""
    zero = datetime(2000, 1, 1)  # noqa: DTZ001 - only what goes by from it is said
    found = []
    for one in timed(sheet.phases, begin or zero):
        after = int((one.start - (begin or zero)) / timedelta(minutes=1))
        found.append((one.phase, one.start if begin else None, f"{after // 60}:{after % 60:02}"))
    return found


def _shelf(sheet: RunSheet, opened: Phase | None, wanted: PromptsWanted, program_id: int) -> dict[str, Any]:
    """The prompts beside a sheet: for the phase that is open, or of the list that is asked for."""
    asked, sought = request.args.get("deck", ""), clean_line(request.args.get("q", ""), NAME)
    place = sheet.phases.index(opened) if opened else 0
    fits = list_for(place, len(sheet.phases), opened.stretches if opened else False)
    deck = PromptList(asked) if asked in set(PromptList) else fits
    left = opened.minutes if opened and opened.minutes else None
    found = queries.prompts_for(
        program_id,
        PromptsWanted(deck, wanted.modality, wanted.orientation, wanted.stage, wanted.size, left),
    )
    rows = [(row, in_words(row.texts), row.facts.minutes_for(wanted.size)) for row in found]
    rows = [row for row in rows if sought.casefold() in row[1].casefold()]
    used = set(phase_words(opened).prompts) if opened else set()
    return {"deck": deck, "decks": list_words(), "q": sought, "rows": rows, "used": used}
