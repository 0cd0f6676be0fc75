"""Notes without what would let a stranger reach somebody or come in: such a sentence goes as a whole, every other stays.

A sentence that lost its passcode would read oddly or say where to look for it, so nothing is cut out of one.
"""

import re
from collections.abc import Iterator

_ANY = re.IGNORECASE

# --- sentences: what ends with a stop, and what notes set apart by lines, bars and dashes.

_BREAK = re.compile(r"\s*\n\s*|(?<=;)\s+|\s(?:-{2,}|//?|[|•·])\s+|(?<=[.!?…])[\"”’)]?\s+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|St|Ste|Dr|Mr|Mrs|Ms|Fr|Rev|Sr|Jr|Ave|Av|Rd|Blvd|Apt|Bldg|Rm|No|Nr|Nos|Tel|Tél|Ph|Ext|"
    r"e\.g|i\.e|approx|vs|etc|Mtg|Str)\.$",
    _ANY,
)

# --- words for what opens a door, a call or a meeting, in the languages that directories are written in.

_OPENS = (
    r"pass[ -]?(?:word|code|phrase|key)s?|pass?wd|pswr?d|mots?[ ]de[ ]passe|contrase[ñn]as?|"
    r"kennw[oö]rt(?:er)?|pass?w[oö]rt(?:er)?|losungswort|"
    r"codes?[ ]d[’'][ ]?acc[èe]s|code[ ](?:secret|(?:de[ ](?:la[ ]|l[’'])?|du[ ]|d[’'])?(?:porte|entr[ée]e|portail|immeuble|r[ée]union))|"
    r"digicode|c[óo]digo[ ]de[ ](?:acceso|entrada|seguridad|(?:la[ ])?(?:puerta|reuni[óo]n))|"
    r"(?<!palabra[ ])(?<!palabras[ ])claves?(?:[ ]de[ ](?:acceso|entrada|(?:la[ ])?(?:puerta|reuni[óo]n)))?|"
    r"(?:access|entry|entrance|door|gate|security|building|key[ ]?pad|lock[ ]?box|alarm|host|participant|conference|meeting|zoom)[ ]code|"
    r"(?:zugangs|zutritts|t[üu]r|haust[üu]r|tor|eingangs|einwahl|kenn|teilnehmer|sicherheits|meeting)[- ]?[ck]ode"
)
_SHORT = r"pwd?|psw|mdp"
_CODE = (
    r"(?<!zip[ ])(?<!area[ ])(?<!post[ ])(?<!postal[ ])(?<!dress[ ])(?<!country[ ])(?<!type[ ])(?<!qr[ ])"
    r"(?:codes?|c[óo]digos?|kode|combination|combo)"
)
_PIN = r"(?:pass|pin|pc)(?:[ -]?(?:code|number|no\.?|nummer))?"
_IS = r"(?:is|are|es|est|ist|lautet|will[ ]be|será)"
_STATUS = (
    r"(?:required|needed|necessary|mandatory|optional|protected|requerid[oa]|necesari[oa]|obligatori[oa]|requise?|obligatoire|"
    r"n[ée]cessaire|erforderlich|ben[öo]tigt|n[öo]tig|none|no|not|n/a|yes|ask|e-?mail|contact|call|text|see|upon|on[ ]request|"
    r"available|please|sur[ ]demande|auf[ ]anfrage|pedir|pregunt\w+|demander|bitte)\b"
)
_TOLD = (
    r"(?:e?mailed|shared|posted|displayed|listed|changed|given|sent|written|shown|updated|published|announced|included|"
    r"printed|texted|found|different|case[ -]sensitive|asked|requested|used|enviad[oa]|envoyé)\b"
)
_NO_VALUE = rf"(?:{_STATUS}|{_TOLD}|(?:a|an|the|to|for|from|by|in|at|on|and|or|if|will|may|be|same|un|una|el|la|le|les|auf|bei|via|kept|set|up)\b)"
# A word with a digit in it that is no hour, no length of time and no "2nd".
_FIGURE = r"(?!\d{1,2}(?:st|nd|rd|th|[ap]m|h|min\w*|hours?)?\b(?![#*]))[\"“«„‘'#*]?\S*\d\S*"
_MANY = r"[\"“«„‘'#*]?[\w.-]{0,20}\d[\w.-]{0,20}\d[\w.-]{0,20}\d"

_PASSCODES = tuple(
    re.compile(pattern, _ANY)
    for pattern in (
        rf"(?<!\w)(?:{_OPENS}|{_SHORT})\s*(?:(?:{_IS}\s*)?[:=#]|\s[-–—/]|[-–—](?=\s|\d))[\s:=#-]*(?!{_STATUS})[^\s.]",
        rf"(?<!\w)(?:{_OPENS}|{_SHORT})\s+[\"“«„‘]\S",
        rf"(?<!\w)(?:{_OPENS})\s(?:(?!{_STATUS})[^\d:=.]){{1,30}}[:=]\s*(?!{_NO_VALUE})\S",
        rf"(?<!\w)(?:{_OPENS}|{_SHORT})\s+(?:{_IS}\s+)?{_FIGURE}",
        rf"(?<!\w)(?:{_OPENS}|{_SHORT}|{_PIN})\s+{_IS}\s*[:=]?\s*(?:\S*\d|[\"“«„‘'])",
        rf"(?<!\w)(?:{_OPENS}|{_SHORT})\s+{_IS}\s+(?!{_NO_VALUE})\S+(?:\s+\S+){{0,2}}$",
        rf"(?<!\w)(?:{_OPENS})\b[^\d:=]{{1,40}}(?:\b{_IS}\b|[:=])\s*{_FIGURE}",
        rf"(?<!\w)(?:{_SHORT})\s+(?!{_NO_VALUE}|{_IS}\b)\w\S+",
        rf"\b{_CODE}\b(?:[^\d:=]{{1,40}}\b{_IS})?\s*[:=#-]?\s*(?:{_IS}\s+)?{_MANY}",
        rf"\b{_PIN}(?:[-:=#]+\s*|\s+[:=#]\s*)(?=\S*\d)",
        rf"\b{_PIN}\s+{_MANY}",
        rf"\d[\w.-]{{2,20}}[\"”»]?\s+(?:{_IS}|as|como|comme|als)\s+(?:(?:the|our|your|a|la|el|le|das)\s+)?(?:{_OPENS}|{_PIN}|{_CODE})\b",
        r"(?<![\w#])\*?\d{3,}#",
        r"[?&;#](?:pwd|password|passcode|pass|pw|pin|tk|token)=\S",
        r"https?://[^\s/@]{1,100}@",
    )
)
_UNFINISHED = re.compile(
    rf"(?<!\w)(?:{_OPENS}|{_SHORT}|{_PIN}|{_CODE})\s*(?:{_IS}\s*)?(?P<sign>[-–—:=#/]*)$", _ANY
)

# --- ways to reach somebody.

_MAILS = tuple(
    re.compile(pattern, _ANY)
    for pattern in (
        r"[\w.%+-]@(?:[\w-]{1,63}\.){1,5}[a-z]{2,20}\b",
        r"\w\s*[\[({]\s*(?:at|@|arroba|ät)\s*[\])}]\s*\w",
        r"\w\s+(?:at|arroba)\s+[\w-]{1,63}\s+(?:dot|punto|point|punkt)\s+[a-z]{2,}",
    )
)
_PAYMENT = re.compile(r"(?<!\w)\$[A-Za-z][\w-]+")
_HANDLE = re.compile(r"(?<!\w)@[A-Za-z][\w-]{2,}")
_HANDLED = re.compile(
    r"\b(?:venmo|cash ?app|pay ?pal|zelle|square|bizum|twint|instagram|whats ?app|telegram|skype|facebook|messenger|"
    r"wechat|twitter|discord|signal)\b",
    _ANY,
)
_NUMBER = re.compile(
    r"(?<![\w/.#-])(?:\+\d[\d\s().-]{6,18}\d"
    r"|(?:1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}"
    r"|0\d(?:[\s.-]?\d{2}){4}|0\d{2,4}[\s/-]\d{5,9})(?!\w)"
)
_NEAR_A_WORD = re.compile(
    r"\b(?:call(?:s|ing)?|(?:tele)?phones?|tel|t[ée]l(?:[ée]phone)?|tel[ée]fonos?|telefon\w*|dial|text|sms|fax|mobile|cell|"
    r"contact|llam\w+|marque|appele[rz]|anruf\w*|handy|m[óo]vil|hotline)\b[^\n]{0,40}?"
    r"(?<![\w/.-])(?P<number>(?!\d{4}-\d\d-\d\d\b|\d\d?-\d\d?-\d{4}\b)\(?\d(?:[\s().-]{0,2}\d){6,14})(?!\w)",
    _ANY,
)
_MEETING_ID = re.compile(
    r"(?:\bi[’']?d\b|\b(?:zoom|meeting|webinar|webex|conference|reuni[óo]n|r[ée]union|sitzung|besprechung)\b)"
    r"(?:(?!\b(?:call|phone|tel|contact|text)\b)[^\d\n]){0,30}$",
    _ANY,
)


def without_secrets(text: str) -> str:
    """Notes without the sentences that hold a mail address, a phone number, a payment handle, a passcode or a door code.

    >>> without_secrets("Ring the bell. Passcode: 4711, or call 555-123-4567. A password is required.")
    'Ring the bell. A password is required.'
    """
    kept: list[tuple[str, str]] = []
    for sentence, gap in _sentences(text):
        if not _tells(sentence):
            kept.append((sentence, gap))
        elif kept and "\n" in gap:
            kept[-1] = (kept[-1][0], "\n")
    return "".join(sentence + gap for sentence, gap in kept[:-1]) + (kept[-1][0].rstrip(" ;") if kept else "")


def _sentences(text: str) -> Iterator[tuple[str, str]]:
    """Each sentence with what stands between it and the next. What ends with a word for a passcode goes on."""
    begun = 0
    for found in _BREAK.finditer(text):
        sentence = text[begun : found.start()]
        if "\n" not in found[0] and _ABBREVIATION.search(sentence[-12:]):
            continue
        if _goes_on(sentence):
            continue
        yield sentence, found[0]
        begun = found.end()
    yield text[begun:], ""


def _goes_on(sentence: str) -> bool:
    """Whether the value of a word for a passcode must stand in what comes next."""
    end = _UNFINISHED.search(sentence[-60:])
    return end is not None and (bool(end["sign"]) or not _tells(sentence))


def _tells(sentence: str) -> bool:
    found = any(pattern.search(sentence) for pattern in (*_MAILS, _PAYMENT, *_PASSCODES))
    return found or bool(_HANDLE.search(sentence) and _HANDLED.search(sentence)) or _gives_a_number(sentence)


def _gives_a_number(sentence: str) -> bool:
    starts = [one.start() for one in _NUMBER.finditer(sentence)]
    starts += [one.start("number") for one in _NEAR_A_WORD.finditer(sentence)]
    return any(not _MEETING_ID.search(sentence[max(0, start - 60) : start]) for start in starts)
