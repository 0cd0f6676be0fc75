"""What forms, their readers and their faults are called on pages."""

from groupsched.core.i18n import _, current_language
from groupsched.questionnaires.rules import (
    Audience,
    FormFault,
    FormKind,
    FormProblem,
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


def audience_meanings() -> dict[Audience, str]:
    """What each of them means."""
    return {
        Audience.ONLY_ME: _("Staff do not open it. A court could order it."),
        Audience.MY_COUNSELOR: _("Your counselor sees your answers with your name."),
        Audience.CARE_TEAM: _("Your care team sees your answers with your name."),
        Audience.TOTALS: _("They see totals of five or more people, without names."),
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
        FormFault.NEVER_READ: _("Say when it is read, or that it stays with the person alone."),
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
