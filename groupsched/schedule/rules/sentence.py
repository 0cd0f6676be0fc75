"""A rule as one sentence, in English and Spanish.

"Every Wednesday 10:00–11:30, New York time, 12 times until 25 February, not on 24 and 31 December"
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from groupsched.schedule.rules.choices import WORKDAYS, end_time
from groupsched.schedule.rules.dates import last_date
from groupsched.schedule.rules.recurrence import Frequency, Recurrence, RuleRefused
from groupsched.schedule.rules.series import SeriesRule

MOST_SKIPS = 8
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True)
class SentenceWords:
    """What the sentence needs of one language. `nth` has the keys 1 to 5 and -1."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    nth: dict[int, str]
    cities: dict[str, str]
    conjunction: str
    custom: str
    once: str
    day: str
    year: str
    times: str
    time_of: str
    daily: tuple[str, str]
    workdays: str
    weekly: tuple[str, str]
    monthly: tuple[str, str]
    on_day: str
    on_nth: str
    count: str
    until: str
    skipped: str
    more: str


ENGLISH = SentenceWords(
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    nth={1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"},
    cities={},
    conjunction="and",
    custom="Custom schedule",
    once="Once, on {weekday} {date},",
    day="{days} {month}",
    year="{date} {year}",
    times="{start}–{end}",
    time_of="{city} time",
    daily=("Every day", "Every {n} days"),
    workdays="Every weekday",
    weekly=("Every {days}", "Every {n} weeks on {days}"),
    monthly=("Every month", "Every {n} months"),
    on_day="{monthly} on day {day},",
    on_nth="{monthly} on the {nth} {weekday}",
    count="{n} times",
    until="until {date}",
    skipped="not on {dates}",
    more="{n} more dates",
)  # fmt: skip

SPANISH = SentenceWords(
    weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    months=(
        "enero", "febrero", "marzo", "abril", "mayo", "junio",
        "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
    ),
    nth={1: "primer", 2: "segundo", 3: "tercer", 4: "cuarto", 5: "quinto", -1: "último"},
    cities={
        "New York": "Nueva York", "Los Angeles": "Los Ángeles", "London": "Londres", "Berlin": "Berlín",
        "Sydney": "Sídney", "Cairo": "El Cairo", "Mexico City": "Ciudad de México", "Paris": "París",
    },
    conjunction="y",
    custom="Horario especial",
    once="Una vez, el {weekday} {date},",
    day="{days} de {month}",
    year="{date} de {year}",
    times="de {start} a {end}",
    time_of="hora de {city}",
    daily=("Todos los días", "Cada {n} días"),
    workdays="De lunes a viernes",
    weekly=("Cada {days}", "Cada {n} semanas, el {days},"),
    monthly=("Cada mes", "Cada {n} meses"),
    on_day="{monthly}, el día {day},",
    on_nth="{monthly}, el {nth} {weekday},",
    count="{n} veces",
    until="hasta el {date}",
    skipped="excepto el {dates}",
    more="{n} fechas más",
)  # fmt: skip


def sentence(rule: SeriesRule, lang: str = "en", *, since: date | None = None) -> str:
    """Say when a series meets, without a full stop. Skipped dates before `since` are left out. A rule that is not
    understood is a "Custom schedule"; its dates have to say the rest."""
    words = SPANISH if lang.startswith("es") else ENGLISH
    try:
        recurrence = rule.recurrence
    except RuleRefused:
        return words.custom
    times = words.times.format(
        start=f"{rule.start_time:%H:%M}", end=f"{end_time(rule.start_time, rule.duration_minutes):%H:%M}"
    )
    parts = [f"{_repeats(rule, recurrence, words)} {times}", zone_name(rule.timezone, lang)]
    parts += [part for part in (_end(rule, recurrence, words), _skipped(rule, words, since)) if part]
    return ", ".join(parts)


def zone_name(timezone: str, lang: str = "en") -> str:
    """An IANA zone as people say it: "New York time", "hora de Nueva York", "UTC"."""
    if timezone == "UTC":
        return "UTC"
    words = SPANISH if lang.startswith("es") else ENGLISH
    city = timezone.rsplit("/", 1)[-1].replace("_", " ")
    return words.time_of.format(city=words.cities.get(city, city))


def _repeats(rule: SeriesRule, recurrence: Recurrence | None, words: SentenceWords) -> str:
    if recurrence is None or recurrence.count == 1:
        day = words.year.format(date=_date(rule.starts_on, words), year=rule.starts_on.year)
        return words.once.format(weekday=words.weekdays[rule.starts_on.weekday()], date=day)
    if recurrence.frequency is Frequency.DAILY:
        return _pick(words.daily, recurrence.interval)
    if recurrence.frequency is Frequency.WEEKLY:
        return _weekly(rule, recurrence, words)
    return _monthly(rule, recurrence, words)


def _weekly(rule: SeriesRule, recurrence: Recurrence, words: SentenceWords) -> str:
    days = recurrence.weekdays or (rule.starts_on.weekday(),)
    if recurrence.interval == 1 and days == EVERY_DAY:
        return words.daily[0]
    if recurrence.interval == 1 and days == WORKDAYS:
        return words.workdays
    named = _join([words.weekdays[day] for day in days], words)
    return _pick(words.weekly, recurrence.interval).replace("{days}", named)


def _monthly(rule: SeriesRule, recurrence: Recurrence, words: SentenceWords) -> str:
    monthly = _pick(words.monthly, recurrence.interval)
    if recurrence.nth is None:
        return words.on_day.format(monthly=monthly, day=recurrence.month_day or rule.starts_on.day)
    weekday = words.weekdays[recurrence.weekdays[0]]
    return words.on_nth.format(monthly=monthly, nth=words.nth[recurrence.nth], weekday=weekday)


def _pick(forms: tuple[str, str], n: int) -> str:
    return forms[0] if n == 1 else forms[1].replace("{n}", str(n))


def _end(rule: SeriesRule, recurrence: Recurrence | None, words: SentenceWords) -> str:
    last = last_date(rule) if recurrence else None
    if recurrence is None or last is None or recurrence.count == 1:
        return ""
    shown = rule.until or last
    said = _date(shown, words)
    if (shown - rule.starts_on).days > 330:
        said = words.year.format(date=said, year=shown.year)
    until = words.until.format(date=said)
    return f"{words.count.format(n=recurrence.count)} {until}" if recurrence.count else until


def _skipped(rule: SeriesRule, words: SentenceWords, since: date | None) -> str:
    days = sorted(day for day in rule.skip if since is None or day >= since)
    if not days:
        return ""
    shown = days if len(days) <= MOST_SKIPS else days[: MOST_SKIPS - 1]
    months = groupby(shown, key=lambda day: (day.year, day.month))
    named = [
        words.day.format(days=_numbers(list(group), words), month=words.months[month - 1])
        for (_, month), group in months
    ]
    if len(shown) < len(days):
        named.append(words.more.format(n=len(days) - len(shown)))
    return words.skipped.format(dates=_join(named, words))


def _numbers(days: Sequence[date], words: SentenceWords) -> str:
    article = "el " if words is SPANISH else ""
    first, *others = [str(day.day) for day in days]
    return _join([first, *[article + other for other in others]], words)


def _date(day: date, words: SentenceWords) -> str:
    return words.day.format(days=day.day, month=words.months[day.month - 1])


def _join(items: Sequence[str], words: SentenceWords) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {words.conjunction} {items[-1]}"
