"""Quotes whose words are too long for a database's index are stored; one it refuses keeps out no other."""

from typing import Any

import pytest

from service.config import Config
from service.extractor import Extraction
from service.ingest.batches import save_all
from service.ingest.entries import Entry, ReadArticle, Refusal
from service.ingest.reextract import reextract
from service.store import Article, InvalidArticle, PageRequest, QuoteFilter, Store
from service.store.text.folding import INDEXED_BYTES, INDEXED_WORDS, index_words
from tests.store.build import quote, save

ALL = PageRequest(200)
# Four bytes each, and none is taken apart.
LONG_WORDS = " ".join(chr(0x20000 + number) * 50 for number in range(INDEXED_WORDS))


def list_texts(store: Store, **wanted: Any) -> list[str]:
    return [one.text for one in store.list_quotes(QuoteFilter(**wanted), ALL).items]


def test_of_words_that_are_too_many_bytes_the_first_are_indexed(store: Store) -> None:
    save(store, "a", quote(LONG_WORDS), quote("Short", 900_000))
    first, last = LONG_WORDS.split()[0], LONG_WORDS.split()[-1]
    assert list_texts(store, q=first) == [LONG_WORDS]
    assert list_texts(store, q=last) == []
    assert list_texts(store) == [LONG_WORDS, "Short"]
    assert list_texts(store, q=f'"{" ".join(LONG_WORDS.split()[:3])}"') == [LONG_WORDS]


def test_words_are_cut_between_two() -> None:
    indexed = index_words(LONG_WORDS)
    assert INDEXED_BYTES - 201 <= len(indexed.encode()) <= INDEXED_BYTES
    assert LONG_WORDS.startswith(f"{indexed} ")
    exact = "é" * 49 + "e"
    assert index_words("x " * 10_000).count("x") == INDEXED_WORDS
    assert index_words(exact) == "e" * 50


@pytest.fixture
def unbounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store that is given more words than its database can index."""
    if store._engine.dialect.name == "sqlite":
        pytest.skip("SQLite indexes words of any length")
    monkeypatch.setattr("service.store.text.folding.INDEXED_BYTES", 10_000_000)
    return store


def read_articles() -> list[Entry[int]]:
    articles = [("first", "One"), ("long", LONG_WORDS), ("last", "Two")]
    read = [
        ReadArticle(Article("Text.", id=name), Extraction((quote(words),), ()), "1")
        for name, words in articles
    ]
    return [Entry(place, one, 1) for place, one in enumerate(read)]


def test_a_refused_article_says_so_and_the_others_are_stored(unbounded: Store) -> None:
    with pytest.raises(InvalidArticle) as refused:
        save(unbounded, "a", quote(LONG_WORDS))
    assert refused.value.field == "text"
    assert "tsvector" in refused.value.message
    outcomes = [outcome for _, outcome in save_all(unbounded, read_articles(), Config())]
    assert [isinstance(outcome, Refusal) for outcome in outcomes] == [False, True, False]
    assert sorted(list_texts(unbounded)) == ["One", "Two"]


def test_an_article_whose_new_quotes_are_refused_keeps_its_own(
    unbounded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        save(unbounded, name, quote(f"Old {name}"), text=name)

    def extract(text: str, **_options: Any) -> Extraction:
        return Extraction((quote(LONG_WORDS if text == "b" else f"New {text}"),), ())

    monkeypatch.setattr("service.ingest.reextract.extract", extract)
    assert {one.id: bool(one.differences) for one in reextract(unbounded)} == {
        "a": True,
        "b": False,
        "c": True,
    }
    assert sorted(list_texts(unbounded)) == ["New a", "New c", "Old b"]
