"""Words of an earlier text are found in a later one, by their place and not by luck."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.extractor import Span
from service.store.text.alignment import LONGEST, Alignment

OLD = "The vote is off. “We will not move,” said Jane Doe. A crowd had gathered. “We will not move,” he said."


def span_of(text: str, words: str, time: int = 1) -> Span:
    start = -1
    for _ in range(time):
        start = text.index(words, start + 1)
    return Span(start, start + len(words), words)


@pytest.mark.parametrize(
    ("new", "time", "expected"),
    [
        (OLD, 1, 1),
        (OLD, 2, 2),
        ("New. " + OLD, 1, 1),
        ("New. " + OLD, 2, 2),
        # The same words before, between and behind them.
        ("“We will not move,” they sang. " + OLD, 1, 2),
        ("“We will not move,” they sang. " + OLD, 2, 3),
        (OLD.replace("A crowd", "“We will not move,” it said. A crowd"), 2, 3),
        (OLD + " “We will not move,” she said.", 2, 2),
        # The other of them is gone.
        (OLD.replace("“We will not move,” said Jane Doe. ", ""), 2, 1),
        # A paragraph goes elsewhere.
        ("“We will not move,” he said. " + OLD.removesuffix("“We will not move,” he said."), 1, 2),
    ],
)
def test_the_same_words_are_told_apart(new: str, time: int, expected: int) -> None:
    words = "We will not move"
    assert Alignment(OLD, new).find(span_of(OLD, words, time)) == (span_of(new, words, expected),)


def test_words_that_are_gone_are_not_those_of_another_place() -> None:
    new = OLD.replace("“We will not move,” said Jane Doe. ", "")
    assert Alignment(OLD, new).find(span_of(OLD, "We will not move", 1)) == ()


@pytest.mark.parametrize(
    ("edited", "found"),
    [
        ("We will never move", ["We will never move"]),
        ("We will not, ever, move", ["We will not, ever, move"]),
        ("We shall not go", []),
        ("Nobody came", []),
        ("We will not movement", ["We will not"]),
        ("We will,” Jane Doe said on Monday, “not move", ["We will", "not move"]),
    ],
)
def test_words_that_were_edited(edited: str, found: list[str]) -> None:
    new = OLD.replace("We will not move", edited, 1)
    place = Alignment(OLD, new).find(span_of(OLD, "We will not move", 1))
    assert [part.text for part in place] == found


def test_long_words_are_found_by_their_ends() -> None:
    words = " ".join(f"word{number}" for number in range(LONGEST * 4))
    new = f"Before. {words.replace('word200 ', 'another ').replace('word3 ', '')} Behind."
    [found] = Alignment(words, new).find(Span(0, len(words), words))
    assert (found.start, found.end) == (len("Before. "), len(new) - len(" Behind."))


PARTS = st.lists(st.sampled_from(["Yes. ", "No, no. ", "We go. ", "a b c d e. ", "“"]), max_size=12).map(
    "".join
)


@given(PARTS, PARTS, PARTS, PARTS)
def test_single_words_are_found_whatever_is_edited_elsewhere(a: str, b: str, c: str, d: str) -> None:
    words = "The one thing that nobody else has ever said"
    old, new = f"{a}{words}. {b}", f"{c}{words}. {d}"
    assert Alignment(old, new).find(span_of(old, words)) == (span_of(new, words),)


@given(PARTS, PARTS, st.integers(0, 20), st.integers(0, 20))
def test_what_is_found_stands_in_the_new_text(old: str, new: str, start: int, length: int) -> None:
    span = Span(start, start + length, old[start : start + length])
    found = Alignment(old, new).find(span)
    assert all(new[part.start : part.end] == part.text for part in found)
