"""Folding never costs an offset, and highlights stand where the words are."""

from hypothesis import given
from hypothesis import strategies as st

from service.store.quotes.full_text import SNIPPET_LENGTH, cut_snippet, find_highlights
from service.store.text.folding import INDEXED_WORDS, find_words, fold_word, index_words, normalise_name
from service.store.text.query import parse_query


@given(st.text())
def test_words_stand_where_they_say(text: str) -> None:
    end = 0
    for word in find_words(text):
        assert end <= word.start < word.end <= len(text)
        assert word.folded == fold_word(text[word.start : word.end])
        end = word.end


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    once = index_words(text)
    assert index_words(once) == once


def test_names_compare_blind_to_case_accent_space_and_apostrophe() -> None:
    spellings = ["Zoë O'Hara", "ZOE  O’HARA", "zoe\u0308\u00a0o‘hara"]
    assert {normalise_name(name) for name in spellings} == {"zoe o'hara"}
    assert normalise_name("Zoe Ohara") != "zoe o'hara"


def highlighted(text: str, q: str) -> list[str]:
    return [text[start:end] for start, end in find_highlights(text, parse_query(q))]


def test_highlights_are_the_words_found() -> None:
    assert highlighted("The Café, the cafe.", "cafe") == ["Café", "cafe"]
    assert highlighted("Economy and economics", "econom*") == ["Economy", "economics"]
    assert highlighted("No big tax, a big cut", '"big cut"') == ["big cut"]
    assert highlighted("a big big cut", '"big cut" big') == ["big", "big cut"]
    assert highlighted("It’s twenty-one", "twenty-one it's") == ["It’s", "twenty-one"]
    assert highlighted("tax cut", "tax -cut") == ["tax"]


def test_no_more_of_a_text_is_highlighted_than_is_indexed() -> None:
    last = "word " * (INDEXED_WORDS - 1)
    assert find_highlights(f"{last}needle needle", parse_query("needle")) == [(len(last), len(last) + 6)]


def test_a_short_text_is_its_own_snippet() -> None:
    snippet = cut_snippet("We will not move", parse_query("not"))
    assert (snippet.text, snippet.highlights) == ("We will not move", ((8, 11),))


@given(st.integers(0, 200), st.integers(0, 200), st.sampled_from(["word ", "x", "é 🙂 "]))
def test_a_snippet_shows_the_first_word_found(before: int, after: int, filler: str) -> None:
    text = filler * before + " needle " + filler * after
    snippet = cut_snippet(text, parse_query("needle"))
    assert len(snippet.text) <= SNIPPET_LENGTH + len("…  …")
    assert [snippet.text[start:end] for start, end in snippet.highlights] == ["needle"]
    assert snippet.text.removeprefix("… ").removesuffix(" …") in text
