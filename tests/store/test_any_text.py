"""For any text: what is stored comes back, and a search finds what a plain reading of it would."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.extractor import Speaker, extract
from service.ingest.articles import ingest
from service.store import Article, InvalidArticle, InvalidQuery, PageRequest, QuoteFilter, Store
from service.store.articles.write import check_article
from service.store.quotes.full_text import find_highlights
from service.store.text.folding import is_storable
from service.store.text.query import Alternatives, Query, Term, parse_query
from tests.extractor.grammar import write_text
from tests.store.build import quote, save

ALL = PageRequest(200)
STORABLE = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
# Few letters, so that searches meet texts; the rest is what query languages and parsers treat as special.
CROWDED = st.text("aAáбe1.0-_'’\"“”*:|&!()<>{}^+/@%\\ \n§½ﬁ", max_size=30)
# Queries of every form, whole and broken.
TANGLED = st.lists(
    st.sampled_from(["a", "á ", "b", "1 ", "-", " OR ", " NOT ", " AND ", "(", ") ", '"', "ab*", " "]),
    max_size=14,
).map("".join)

on_one_store = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


@on_one_store
@given(text=STORABLE, title=st.none() | STORABLE, words=STORABLE.filter(bool), name=STORABLE)
def test_what_is_stored_comes_back(store: Store, text: str, title: str | None, words: str, name: str) -> None:
    store.delete_article("a")
    save(store, "a", quote(words, speaker=Speaker(name, "person")), text=text, title=title)
    record = store.get_article("a")
    assert record is not None
    assert (record.text, record.title) == (text, title)
    [found] = store.list_quotes(QuoteFilter(article="a"), ALL).items
    assert found.text == found.segments[0].text == words
    assert found.speaker is not None
    assert found.speaker.name == name


@on_one_store
@given((STORABLE | st.randoms(use_true_random=False).map(write_text)).filter(is_storable))
def test_what_is_extracted_comes_back(store: Store, text: str) -> None:
    store.delete_article("a")
    extraction = extract(text)
    assert ingest(store, Article(text, id="a")).quotes == len(extraction.quotes)
    record = store.get_article("a")
    assert record is not None
    assert record.text == text
    found = store.list_quotes(QuoteFilter(article="a"), ALL).items
    assert [(one.text, one.kind, one.segments, one.mention, one.cue, one.rule) for one in found] == [
        (one.text, one.kind, one.segments, one.mention, one.cue, one.rule) for one in extraction.quotes
    ]


@given(st.text(st.characters(codec="utf-8")), st.sampled_from("\0\ud800\udfff"), st.text(max_size=3))
def test_what_cannot_be_stored_is_refused(before: str, bad: str, after: str) -> None:
    with pytest.raises(InvalidArticle) as refusal:
        check_article(Article(before + bad + after, id="a"))
    assert refusal.value.field == "text"


@on_one_store
@given(
    st.lists(CROWDED.filter(bool), min_size=1, max_size=8),
    st.lists(CROWDED | TANGLED, min_size=1, max_size=8),
)
def test_a_search_finds_what_a_plain_reading_finds(
    store: Store, texts: list[str], searches: list[str]
) -> None:
    store.delete_article("a")
    save(store, "a", *(quote(text, place * 50) for place, text in enumerate(texts)))
    for q in searches + texts:
        expected = expect(q, texts)
        assert expected is None or find(store, q) == expected


def expect(q: str, texts: list[str]) -> list[str] | None:
    try:
        query = parse_query(q)
    except InvalidQuery:
        return None
    return [text for text in texts if is_found(text, query)]


def is_found(text: str, query: Query) -> bool:
    return all(holds(text, part) != part.excluded for part in query)


def holds(text: str, part: Term | Alternatives) -> bool:
    if isinstance(part, Term):
        return bool(find_highlights(text, (replace(part, excluded=False),)))
    return any(is_found(text, query) for query in part.queries)


def find(store: Store, q: str) -> list[str]:
    return [found.text for found in store.list_quotes(QuoteFilter(q=q), ALL).items]


@on_one_store
@given(st.text(st.characters(codec=None)) | CROWDED)
def test_any_value_of_a_filter_is_answered_or_refused(store: Store, value: str) -> None:
    for wanted in (QuoteFilter(q=value), QuoteFilter(speaker=value), QuoteFilter(q="a", speaker_id=value)):
        with suppress(InvalidQuery):
            store.list_quotes(wanted, ALL)
    with suppress(InvalidQuery):
        store.list_speakers(value, ALL)
    store.list_quotes(QuoteFilter(article=value, source=value), ALL)
    assert store.delete_article(value) is False
    assert (store.get_article(value), store.get_quote(value), store.get_speaker(value)) == (None, None, None)
