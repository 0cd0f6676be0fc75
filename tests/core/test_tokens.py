"""Random ids: of one length, of one alphabet, each letter as likely as any other."""

from collections import Counter

from groupsched.core.tokens import public_id


def test_an_id_has_fourteen_letters_without_look_alikes_and_none_comes_twice():
    made = [public_id() for _ in range(5_000)]
    assert {len(one) for one in made} == {14}
    assert len(set(made)) == len(made)
    assert not set("01ilou") & set("".join(made))


def test_no_letter_comes_more_often_than_another():
    counted = Counter("".join(public_id() for _ in range(10_000)))
    assert len(counted) == 30
    assert max(counted.values()) < 1.15 * min(counted.values())
