"""What forms, their readers and their faults are called on pages."""

from datetime import date

from groupsched.core.filters import day
from groupsched.core.i18n import _, current_language, ngettext, with_commas
from groupsched.questionnaires.rules import (
    OPTION_TYPES,
    Audience,
    Comparison,
    Form,
    FormFault,
    FormKind,
    FormProblem,
    Given,
    HelpKind,
    Item,
    ItemType,
    ReadWhen,
    Words,
    said,
)


def in_words(words: Words) -> str:
    """Words of a form in the language of the page."""
    return said(words, current_language())


def kind_words() -> dict[FormKind, str]:
    """What a form is for."""
    return {
        FormKind.ASSESSMENT: _("First talk and assessment"),
        FormKind.REFERRAL: _("Question about a group"),
        FormKind.SCREENING: _("Before a course"),
        FormKind.REFLECTION: _("After a session"),
        FormKind.CLINICIAN_LOOK: _("A clinician’s look"),
        FormKind.CHECK_IN: _("Check-in"),
        FormKind.AGREEMENT: _("Agreement"),
        FormKind.SAFETY: _("Safety"),
        FormKind.WORKSHEET: _("Worksheet"),
    }


def type_words() -> dict[ItemType, str]:
    """How an item is answered."""
    return {
        ItemType.CHOICE: _("One of several"),
        ItemType.CHOICES: _("Several"),
        ItemType.SCALE: _("Scale"),
        ItemType.TEXT: _("Short words"),
        ItemType.LONG_TEXT: _("Own words"),
        ItemType.YES_NO: _("Yes or no"),
        ItemType.NUMBER: _("Number"),
        ItemType.DATE: _("Date"),
        ItemType.HEADING: _("Heading"),
    }


def audience_words() -> dict[Audience, str]:
    """Who may read a response, as a person chooses it."""
    return {
        Audience.ONLY_ME: _("Only me"),
        Audience.MY_COUNSELOR: _("My counselor"),
        Audience.CARE_TEAM: _("My care team"),
        Audience.TOTALS: _("Facilitators, as totals"),
    }


def shared_with_words(form: Form, audience: Audience) -> str:
    """Who may read a response to a form. What was said with a request is read by who answers it, and so it never says otherwise."""
    if form.kind is FormKind.REFERRAL:
        return _("Who answers my request reads it there.")
    return audience_words()[audience]


def audience_meanings() -> dict[Audience, str]:
    """What each of them means."""
    return {
        Audience.ONLY_ME: _("Staff do not open it. A court could order it."),
        Audience.MY_COUNSELOR: _("Your counselor sees your answers with your name."),
        Audience.CARE_TEAM: _("Your care team sees your answers with your name."),
        Audience.TOTALS: _("They see totals of five or more people, without names."),
    }


def nobody_words() -> dict[Audience, str]:
    """What a reader means where nobody is there."""
    return {
        Audience.MY_COUNSELOR: _(
            "Nobody is your counselor yet, so nobody reads it now. It waits for whoever will be."
        ),
        Audience.CARE_TEAM: _(
            "Nobody is on your care team yet, so nobody reads it now. It waits for whoever will be."
        ),
    }


def read_when_words() -> dict[ReadWhen, str]:
    """When a response is read."""
    return {
        ReadWhen.NOT_READ: _("Staff do not open it. A court could order it."),
        ReadWhen.NEXT_VISIT: _("Read at your next visit, not tonight."),
        ReadWhen.ONE_WORKING_DAY: _("Read within one working day."),
        ReadWhen.TWO_WORKING_DAYS: _("Read within two working days."),
        ReadWhen.AS_CHOSEN: _("Read by the people you choose, when they come to it."),
    }


def help_words() -> dict[HelpKind, str]:
    """What stands above the numbers when an answer is urgent. Free text is never said to be watched."""
    return {
        HelpKind.MOOD: _("Thank you for saying it. You do not have to carry this alone."),
        HelpKind.HARM: _("It is not your fault. You count. If someone can see this screen, hide it first."),
        HelpKind.WITHDRAWAL: _(
            "Stopping some things all at once can be risky. If you shake, see things that are not there, are confused or "
            "have a fit, call for emergency help or go to an emergency room. Do not wait for a visit."
        ),
        HelpKind.DANGER: _(
            "Thank you for saying it before anything happens. Move away from what could do harm. Talk with someone now."
        ),
        HelpKind.CRAVING: _("That is a strong one. It rises and it falls."),
        HelpKind.STAFF: _(
            "Stay with the person, in the room or on the line. Tell the supervisor on duty now, then go on with this form."
        ),
    }


def help_names() -> dict[HelpKind, str]:
    """What an answer that shows help is about, for whoever writes a form: it decides the words above the numbers."""
    return {
        HelpKind.MOOD: _("Low mood, or thoughts of not living"),
        HelpKind.HARM: _("Being hurt by somebody, or not safe at home"),
        HelpKind.WITHDRAWAL: _("The body, when somebody stops a drug or drink"),
        HelpKind.DANGER: _("Hurting oneself or somebody else"),
        HelpKind.CRAVING: _("A strong craving"),
        HelpKind.STAFF: _("For staff who fill it in about somebody"),
    }


def no_answer_words() -> str:
    """What stands beside a question whose answer could not be read."""
    return _("This is no answer to the question. Leave it blank if you like.")


def number_words() -> dict[Comparison, str]:
    """How a number is compared, for whoever writes a form."""
    return {
        Comparison.AT_LEAST: _("from this number on"),
        Comparison.AT_MOST: _("up to this number"),
        Comparison.EQUALS: _("at this number alone"),
    }


def answer_words(item: Item, given: Given | None) -> str:
    """An answer as it is read; nothing where it was left blank."""
    if given is None or given.is_blank:
        return ""
    if item.type in OPTION_TYPES:
        chosen = given.value if isinstance(given.value, tuple) else (given.value,)
        words = [in_words(option.words) for option in item.options if option.key in chosen]
        return with_commas([*words, *([f"“{given.own}”"] if given.own else [])])
    if item.type is ItemType.YES_NO:
        return _("Yes") if given.value else _("No")
    if item.type is ItemType.SCALE:
        return _("%(number)d of %(most)d", number=given.value, most=item.bounds[1])
    if item.type is ItemType.DATE:
        return day(date.fromisoformat(given.value), "UTC")
    return str(given.value)


def item_words(form: Form, item: Item) -> str:
    """How an item of a form is answered and when it is asked, in one line for whoever writes it."""
    parts = [type_words()[item.type]]
    if item.options:
        parts[0] = ngettext(
            "%(kind)s of %(num)d answer", "%(kind)s of %(num)d answers", len(item.options), kind=parts[0]
        )
    low, high = item.bounds
    if item.type is ItemType.SCALE:
        parts[0] = _("Scale from %(low)d to %(high)d", low=low, high=high)
    if item.shown_when:
        asked = [in_words(found.text) for one in item.shown_when if (found := form.item(one.item))]
        parts.append(_("asked only after some answers to: %(questions)s", questions=with_commas(asked)))
    if item.urgent_when:
        parts.append(_("some answers show help at once"))
    return " · ".join(parts)


def problem_words(problem: FormProblem) -> str:
    """What is wrong with a form, as a sentence that says where and what to do."""
    where = in_words(problem.item.text) or problem.item.key if problem.item else ""
    return fault_words()[problem.fault] % {"item": where}


def fault_words() -> dict[FormFault, str]:
    """Every fault; `item` is the question that has it."""
    return {
        FormFault.NO_TITLE: _("Give the form a title in English."),
        FormFault.NO_QUESTION: _("Ask at least one question."),
        FormFault.TOO_MANY: _("A form holds at most 200 questions and headings."),
        FormFault.NO_READER: _("Say who may read it, and who is chosen at first."),
        FormFault.NEVER_READ: _("Say who reads it and when, or that it stays with the person alone."),
        FormFault.WRONG_READERS: _(
            "What this form is for does not go with one of its readers: choose others."
        ),
        FormFault.BAD_KEY: _("“%(item)s” has a key that is no word of small letters."),
        FormFault.TWICE: _("“%(item)s” has the key of another question."),
        FormFault.NO_TEXT: _("One question has no words in English: %(item)s."),
        FormFault.TOO_FEW_OPTIONS: _("“%(item)s” needs 2 to 30 answers to choose from."),
        FormFault.OPTIONS_ALIKE: _("“%(item)s” has two answers that are alike."),
        FormFault.OPTION_WITHOUT_WORDS: _("“%(item)s” has an answer without words in English."),
        FormFault.BOUNDS: _("“%(item)s” needs a span from less to more, of at most 20 steps for a scale."),
        FormFault.CONDITION_NOT_ABOVE: _("“%(item)s” depends on a question that does not stand above it."),
        FormFault.CONDITION_IMPOSSIBLE: _("“%(item)s” depends on an answer that nobody can give."),
        FormFault.URGENT_IMPOSSIBLE: _("“%(item)s” shows help for an answer that nobody can give."),
        FormFault.SAFETY_LOST: _("“%(item)s” asks about safety: it has to say which answers show help."),
    }
