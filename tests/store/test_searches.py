"""Searches find what a reading of every quote would, on either database."""

from collections.abc import Callable
from itertools import product

import pytest

from service.store import PageRequest, QuoteFilter, Store
from tests.store.build import quote, save

ALL = PageRequest(1_000)

VOCABULARY = ("we", "will", "we will", "wil", "us")
# Every text of three of these, so that each phrase stands somewhere and nearly stands elsewhere.
TEXTS = sorted({" ".join(words) for words in product(VOCABULARY, repeat=3)})


def has(text: str, phrase: str, begins: bool) -> bool:
    found = f" {text} ".find(f" {phrase}{'' if begins else ' '}")
    return found >= 0


@pytest.fixture
def stored(store: Store) -> Store:
    save(store, "a", *(quote(text, 100 * place) for place, text in enumerate(TEXTS)))
    return store


@pytest.mark.parametrize("begins", [False, True])
@pytest.mark.parametrize(
    "phrase",
    ["we", "us", "we will", "will we", "us us", "we will us", "will we will we", "us we wil", "wil us wil"],
)
def test_a_phrase_finds_the_quotes_that_have_it(stored: Store, phrase: str, begins: bool) -> None:
    searched = f'"{phrase}"{"*" * begins}'
    expected = {text for text in TEXTS if has(text, phrase, begins)}
    assert expected
    assert {one.text for one in stored.list_quotes(QuoteFilter(q=searched), ALL).items} == expected
    left = {one.text for one in stored.list_quotes(QuoteFilter(q=f"us -{searched}"), ALL).items}
    assert left == {text for text in TEXTS if has(text, "us", False)} - expected


@pytest.mark.parametrize(
    ("searched", "is_wanted"),
    [
        ("us OR wil", lambda text: "us" in text or "wil" in text),
        ("us OR wil we", lambda text: "us" in text or ("wil" in text and "we" in text)),
        ("(us OR wil) we", lambda text: ("us" in text or "wil" in text) and "we" in text),
        ("we -(us OR wil)", lambda text: "we" in text and "us" not in text and "wil" not in text),
        ("we NOT (us wil)", lambda text: "we" in text and not ("us" in text and "wil" in text)),
        (
            '(us -wil) OR (wil NOT us) "we will"',
            lambda text: (
                ("us" in text and "wil" not in text)
                or ("wil" in text and "us" not in text and "we will" in " ".join(text))
            ),
        ),
    ],
)
def test_alternatives_and_brackets_are_read_as_such(
    stored: Store, searched: str, is_wanted: Callable[[list[str]], bool]
) -> None:
    expected = {text for text in TEXTS if is_wanted(text.split())}
    assert 0 < len(expected) < len(TEXTS)
    found = stored.list_quotes(QuoteFilter(q=searched), ALL).items
    assert {one.text for one in found} == expected
    assert all(one.snippet is not None and one.snippet.highlights for one in found)
