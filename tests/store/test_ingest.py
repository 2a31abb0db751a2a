"""From an article to its stored quotes."""

from dataclasses import replace

import pytest

from service.ingest.articles import ingest, ingest_all
from service.store import Article, PageRequest, QuoteFilter, Store

ALL = PageRequest(100)
FIRST = Article("“We will not move,” said Jane Doe.", id="a")
SECOND = Article("“They will have to,” said Ann Roe.", id="b")


def texts(store: Store) -> set[str]:
    return {found.text for found in store.list_quotes(QuoteFilter(), ALL).items}


def test_an_article_is_extracted_and_stored(store: Store) -> None:
    saved = ingest(store, FIRST)
    assert (saved.id, saved.status, saved.quotes) == ("a", "created", 1)
    [found] = store.list_quotes(QuoteFilter(speaker="doe", q="move"), ALL).items
    for span in (*found.segments, found.mention, found.cue):
        assert span is not None
        assert FIRST.text[span.start : span.end] == span.text


def test_several_articles_are_answered_in_order(store: Store) -> None:
    ingest(store, SECOND)
    changed = replace(FIRST, text="“We moved,” said Jane Doe.")
    assert [saved.status for saved in ingest_all(store, [FIRST, SECOND, FIRST, changed])] == [
        "created",
        "unchanged",
        "unchanged",
        "replaced",
    ]
    assert [saved.status for saved in ingest_all(store, [changed, FIRST])] == ["unchanged", "replaced"]
    assert [saved.status for saved in ingest_all(store, [changed, FIRST])] == ["replaced", "replaced"]
    assert {text.rstrip(",") for text in texts(store)} == {"We will not move", "They will have to"}
    assert ingest_all(store, []) == []


def test_a_language_without_a_folder_stores_nothing(store: Store) -> None:
    with pytest.raises(ValueError, match="language"):
        ingest_all(store, [FIRST, replace(SECOND, language="xx")])
    assert texts(store) == set()
