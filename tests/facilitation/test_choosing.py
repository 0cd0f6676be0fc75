"""Which sheet a group has, and which prompts and agreements fit it."""

import pytest

from groupsched.catalog.rules import ModalityKind, Orientation, Setting, Structure
from groupsched.facilitation.rules import (
    AgreementFacts,
    AgreementsWanted,
    GroupKind,
    GroupStage,
    PromptFacts,
    PromptFaith,
    PromptList,
    PromptsWanted,
    RunSheetKind,
    agreements_for,
    fitting,
    list_for,
    sheet_for,
)

SHEETS = {
    "structured-support": RunSheetKind.TIMED,
    "relaxed-support": RunSheetKind.OPEN,
    "yoga-qigong": RunSheetKind.TIMED,
    "one-to-one": RunSheetKind.ONE_TO_ONE,
}
SUPPORT = {"usual": "structured-support", "kind": ModalityKind.SUPPORT}
YOGA = {"usual": "yoga-qigong", "kind": ModalityKind.MOVEMENT}


@pytest.mark.parametrize(
    ("group", "key"),
    [
        ({**SUPPORT, "structure": Structure.STRUCTURED}, "structured-support"),
        ({**SUPPORT, "structure": None}, "structured-support"),
        ({**SUPPORT, "structure": Structure.RELAXED}, "relaxed-support"),
        ({**YOGA, "structure": Structure.RELAXED}, "yoga-qigong"),
        ({"usual": "relaxed-support", "kind": ModalityKind.ART, "structure": Structure.STRUCTURED}, "structured-support"),
        ({"usual": "relaxed-support", "kind": ModalityKind.ART, "structure": Structure.RELAXED}, "relaxed-support"),
        ({"kind": ModalityKind.THERAPY, "setting": Setting.PRIVATE}, "one-to-one"),
        ({**SUPPORT, "setting": Setting.PRIVATE, "structure": Structure.RELAXED}, "one-to-one"),
        ({"kind": ModalityKind.MEDICAL, "setting": Setting.PRIVATE}, ""),
        ({**YOGA, "setting": Setting.SLOTS}, "yoga-qigong"),
        ({"kind": ModalityKind.MOVEMENT, "structure": Structure.RELAXED}, "relaxed-support"),
        ({"kind": ModalityKind.MOVEMENT, "structure": None}, ""),
        ({**SUPPORT, "chosen": "yoga-qigong", "structure": Structure.RELAXED}, "yoga-qigong"),
        ({**SUPPORT, "chosen": "gone", "structure": Structure.RELAXED}, "relaxed-support"),
    ],
)  # fmt: skip
def test_a_group_has_the_sheet_that_fits_it(group, key):
    assert sheet_for(GroupKind(**group), SHEETS) == key


def test_without_a_sheet_of_the_kind_that_it_wants_a_group_has_none():
    assert (
        sheet_for(
            GroupKind(usual="a", kind=ModalityKind.SUPPORT, structure=Structure.RELAXED),
            {"a": RunSheetKind.TIMED},
        )
        == ""
    )


PROMPTS = [
    PromptFacts("any", PromptList.CHECK_IN),
    PromptFacts("yoga", PromptList.CHECK_IN, ("yoga",)),
    PromptFacts("thanks", PromptList.CHECK_IN, faith=PromptFaith.FAITH_FRIENDLY),
    PromptFacts("late", PromptList.CHECK_IN, stages=(GroupStage.END,), minutes=20),
    PromptFacts("out", PromptList.CHECK_OUT),
]


def found(**wanted) -> list[str]:
    return [one.key for one in fitting(PROMPTS, PromptsWanted(**wanted))]


def test_prompts_of_the_kind_of_session_stand_first_and_of_others_are_not_there():
    assert found(modality="yoga") == ["yoga", "any", "late", "out"]
    assert found(modality="cbt") == ["any", "late", "out"]
    assert found() == ["yoga", "any", "late", "out"]


def test_what_touches_on_faith_is_for_groups_that_say_so():
    assert "thanks" in found(orientation=Orientation.FAITH)
    assert "thanks" not in found(orientation=Orientation.SECULAR)
    assert "thanks" not in found(orientation=None)


def test_list_stage_size_and_minutes_narrow():
    assert found(deck=PromptList.CHECK_OUT) == ["out"]
    assert found(stage=GroupStage.BEGINNING) == ["yoga", "any", "out"]
    assert found(left=10, deck=PromptList.CHECK_IN) == ["yoga", "any"]
    assert found(left=10, size=9) == [], "nine people need longer than eight"
    assert found(left=10, size=4) == ["yoga", "any", "late", "out"]


def test_few_people_need_half_the_minutes_at_least():
    assert PromptFacts("a", PromptList.CHECK_IN, minutes=9).minutes_for(1) == 5
    assert PromptFacts("a", PromptList.CHECK_IN, minutes=9).minutes_for(None) == 9
    assert PromptFacts("a", PromptList.OPENERS, minutes=9).minutes_for(20) == 9, (
        "it is talked over, not round"
    )


def test_the_first_phases_open_the_last_ones_close():
    assert [list_for(place, 6, place == 3) for place in range(6)] == [
        PromptList.CHECK_IN,
        PromptList.CHECK_IN,
        PromptList.OPENERS,
        PromptList.OPENERS,
        PromptList.CHECK_OUT,
        PromptList.CHECK_OUT,
    ]
    assert list_for(1, 2, True) is PromptList.OPENERS


def test_a_group_starts_from_the_agreements_of_its_kind():
    library = [
        AgreementFacts("here", ("core",), True),
        AgreementFacts("deals", ("core",), False),
        AgreementFacts("touch", ("body",), True),
        AgreementFacts("home", ("family",), True),
        AgreementFacts("alone", ("online",), True),
    ]
    assert agreements_for(library, AgreementsWanted(ModalityKind.SUPPORT)) == ["here"]
    assert agreements_for(library, AgreementsWanted(ModalityKind.MOVEMENT)) == ["here", "touch"]
    assert agreements_for(library, AgreementsWanted(ModalityKind.FAMILY, online=True)) == [
        "here",
        "home",
        "alone",
    ]
