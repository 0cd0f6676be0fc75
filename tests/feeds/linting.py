"""A small linter of calendar files: what RFC 5545 and the programs that read it insist on."""

import re

_NAME = re.compile(rb"[A-Z0-9-]+(?:;[A-Z0-9-]+=(?:\"[^\"]*\"|[^\";:,]*))*:")


def lint(ics: bytes) -> list[str]:
    """Say what is wrong with a file; nothing for a good one."""
    return [*_octets(ics), *_structure(unfold(ics)), *_zones(unfold(ics)), *_privacy(unfold(ics))]


def unfold(ics: bytes) -> list[str]:
    """The content lines, put together again."""
    return ics.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]


def _octets(ics: bytes) -> list[str]:
    found = []
    if not ics.endswith(b"\r\n"):
        found.append("the last line has no end")
    if b"\n" in ics.replace(b"\r\n", b"") or b"\r" in ics.replace(b"\r\n", b""):
        found.append("a line ends without CRLF")
    if ics.startswith(b"\xef\xbb\xbf"):
        found.append("a byte order mark")
    for line in ics.split(b"\r\n"):
        if len(line) > 75:
            found.append(f"{len(line)} octets: {line[:40]!r}")
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            found.append(f"a character is cut in two: {line[:40]!r}")
    return found


def _structure(lines: list[str]) -> list[str]:
    found, seen_component, stack = [], False, []
    if lines[:3] != ["BEGIN:VCALENDAR", lines[1], lines[2]] or not lines[1].startswith("VERSION:2.0"):
        found.append("VERSION does not come first")
    if not lines[2].startswith("PRODID:"):
        found.append("PRODID does not come second")
    for line in lines:
        if not _NAME.match(line.encode()):
            found.append(f"not a content line: {line[:60]}")
        if line.startswith("BEGIN:"):
            stack.append(line[6:])
            seen_component = seen_component or len(stack) > 1
        elif line.startswith("END:"):
            if stack.pop() != line[4:]:
                found.append("components cross")
        elif len(stack) == 1 and seen_component:
            found.append(f"a property after a component: {line[:40]}")
        if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", line):
            found.append(f"a control character: {line[:40]!r}")
    return found


def _zones(lines: list[str]) -> list[str]:
    used = {match[1] for line in lines if (match := re.match(r"[A-Z-]+;TZID=([^:;]+):", line))}
    described = {line[5:] for line in lines if line.startswith("TZID:")}
    found = [f"no VTIMEZONE for {zone}" for zone in used - described]
    if "BEGIN:VEVENT" in lines:
        found += [f"a VTIMEZONE for nothing: {zone}" for zone in described - used]
    elif not described:
        found.append("no component")
    found += ["an onset in UTC" for line in lines if re.match(r"TZOFFSET.*Z$", line)]
    return found


def _privacy(lines: list[str]) -> list[str]:
    forbidden = ("METHOD", "ORGANIZER", "ATTENDEE", "BEGIN:VALARM", "RDATE", "DURATION:", "CONTACT")
    return [f"must not be there: {line[:40]}" for line in lines if line.startswith(forbidden)]
