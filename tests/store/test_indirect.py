"""Indirect quotes: stored with the others, listed where they are asked for; each test on each database."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from service.extractor import Extraction, Quote, extract
from service.ingest.articles import ingest
from service.ingest.reextract import reextract
from service.store import (
    Article,
    InvalidChange,
    PageRequest,
    QuoteChange,
    QuoteFilter,
    QuoteRecord,
    SpeakerChoice,
    Store,
)
from service.store.database.keys import EPOCH
from service.store.database.tables import fingerprints
from service.store.quotes.conditions import find_values
from tests.store.build import day, person, quote, recorded, save

ALL = PageRequest(100)
# Kinds that are asked for, and whether these are indirect.
KINDS: tuple[tuple[Any, set[bool]], ...] = ((None, {False}), ("indirect", {True}), ("any", {False, True}))
ROE, KIM = person("Ann Roe"), person("Zoë Kim")


def indirect(text: str, start: int, **changes: Any) -> Quote:
    return quote(text, start, kind="indirect", rule="name_said_clause", **changes)


@pytest.fixture
def filled(store: Store) -> Store:
    late = quote("Late", 90, kind="mixed", speaker=ROE)
    first = quote("We open taxes", 0), indirect("taxes open", 50), late
    save(store, "a", *first, indirect("rain will come", 120, speaker=KIM), published_at=day("2020-01-01"))
    save(store, "b", indirect("taxes fall", 0, speaker=ROE), quote("No", 40), published_at=day("1950-06-01"))
    save(store, "c", quote("Taxes rise", 0, speaker=ROE), published_at=day("9999-12-31"))
    save(store, "d", indirect("taxes rise", 0), published_at=day("0001-01-01"))
    return store


def texts(store: Store, **wanted: Any) -> list[str]:
    return [one.text for one in store.list_quotes(QuoteFilter(**wanted), ALL).items]


def test_a_list_leaves_them_out_unless_they_are_asked_for(filled: Store) -> None:
    assert texts(filled) == ["Taxes rise", "We open taxes", "Late", "No"]
    assert texts(filled, kind="indirect") == ["taxes open", "rain will come", "taxes fall", "taxes rise"]
    every = ["Taxes rise", "We open taxes", "taxes open", "Late", "rain will come", "taxes fall", "No"]
    assert texts(filled, kind="any") == [*every, "taxes rise"]


def fits(one: QuoteRecord, wanted: dict[str, Any]) -> bool:
    moment = one.article.published_at
    assert moment is not None
    return (
        wanted.get("article") in (None, one.article.id)
        and wanted.get("speaker", "").title() in (one.speaker.name if one.speaker else "")
        and wanted.get("q", "") in one.text.casefold()
        and ("from_" not in wanted or moment >= wanted["from_"])
        and ("to" not in wanted or moment <= wanted["to"])
    )


def test_every_condition_holds_for_every_kind(filled: Store) -> None:
    every = filled.list_quotes(QuoteFilter(kind="any"), ALL).items
    conditions: list[list[tuple[str, Any]]] = [
        [("article", None), ("article", "a"), ("article", "b")],
        [("speaker", None), ("speaker", "roe"), ("speaker", "jane")],
        [("q", None), ("q", "taxes"), ("q", "rise")],
        [("from_", None), ("from_", day("1900-01-01"))],
        [("to", None), ("to", day("2019-01-01"))],
    ]
    for chosen in product(*conditions):
        wanted = {name: value for name, value in chosen if value is not None}
        fitting = [one for one in every if fits(one, wanted)]
        assert texts(filled, kind="any", **wanted) == [one.text for one in fitting], wanted
        for kind, kinds in ((None, ("direct", "mixed")), ("indirect", ("indirect",)), ("mixed", ("mixed",))):
            expected = [one.text for one in fitting if one.kind in kinds]
            assert texts(filled, kind=kind, **wanted) == expected, (kind, wanted)


def test_a_list_without_them_takes_one_statement(filled: Store) -> None:
    with recorded(filled) as statements:
        texts(filled)
    assert len(statements) == 1


def test_they_are_counted_apart(filled: Store) -> None:
    counts = {one.name: (one.quotes, one.indirect) for one in filled.list_speakers(None, ALL).items}
    statistics = filled.stats()

    assert counts == {"Jane Doe": (2, 2), "Ann Roe": (2, 1), "Zoë Kim": (0, 1)}
    assert (statistics.by_kind, statistics.indirect) == ({"direct": 3, "mixed": 1}, 4)
    assert (statistics.quotes, statistics.attributed) == (4, 1.0)
    article = filled.get_article("a")
    assert article is not None
    assert article.quotes == 2


def test_speakers_take_them_along(filled: Store) -> None:
    ids = {one.name: one.id for one in filled.list_speakers(None, ALL).items}
    merged = filled.merge_speakers(ids["Zoë Kim"], ids["Jane Doe"])
    assert merged is not None
    assert (merged.quotes, merged.indirect) == (2, 3)
    assert "rain will come" in texts(filled, kind="indirect", speaker_id=ids["Jane Doe"])
    parted = filled.undo_merge(ids["Zoë Kim"])
    assert parted is not None
    assert (parted.quotes, parted.indirect) == (0, 1)
    filled.delete_article("a")
    assert "Zoë Kim" not in {one.name for one in filled.list_speakers(None, ALL).items}


def find_indirect(store: Store, word: str) -> QuoteRecord:
    [found] = [one for one in store.list_quotes(QuoteFilter(kind="indirect"), ALL).items if word in one.text]
    return found


def test_they_can_be_rejected_but_not_made_direct(filled: Store) -> None:
    one = find_indirect(filled, "fall")
    with pytest.raises(InvalidChange, match="indirect"):
        filled.correct_quote(one.id, QuoteChange(reason="Spoken.", kind="direct"))
    assert (filled.get_quote(one.id), filled.get_correction(one.id)) == (one, None)
    filled.correct_quote(one.id, QuoteChange(reason="Never said.", rejected=True))

    assert "taxes fall" not in texts(filled, kind="any")
    assert texts(filled, article="b") == ["No"]


TEXT = "Mia Lund said the ferry was late. Mia Lund said the train was “a wreck” and hot. “No,” said Al Roe."


def test_corrections_of_them_outlive_extraction_anew(store: Store) -> None:
    ingest(store, Article(TEXT, id="a"))
    late = find_indirect(store, "late")
    store.correct_quote(late.id, QuoteChange("It was Kim.", SpeakerChoice(name="Zoë Kim")))
    before = store.list_quotes(QuoteFilter(kind="any"), ALL).items
    assert [one.kind for one in before] == ["indirect", "mixed", "direct"]
    assert [one.id for one in reextract(store, every=True)] == ["a"]
    assert store.list_quotes(QuoteFilter(kind="any"), ALL).items == before
    kept = find_indirect(store, "late")
    assert (kept.corrected, kept.speaker and kept.speaker.name) == (True, "Zoë Kim")
    store.correct_quote(late.id, QuoteChange("Nor Kim.", rejected=True))
    assert [one.id for one in reextract(store, every=True)] == ["a"]
    assert [one.kind for one in store.list_quotes(QuoteFilter(kind="any"), ALL).items] == ["mixed", "direct"]
    [article] = store.stream_annotations()
    assert [one.kind for one in article.quotations] == ["other", "mixed", "direct"]
    assert store.withdraw_correction(late.id)
    assert find_indirect(store, "late") == late


def test_a_correction_is_of_a_direct_quote_or_of_an_indirect_one(store: Store) -> None:
    text = "Mia Lund said: “the train was hot”."
    save(store, "a", quote("the train was hot", 16, kind="mixed"), text=text)
    [one] = store.list_quotes(QuoteFilter(), ALL).items
    store.correct_quote(one.id, QuoteChange("No words of hers.", rejected=True))
    # Of much the same stretch, but indirect.
    save(store, "a", indirect("the train was hot”", 16), text=text, version="2")
    assert texts(store, kind="any") == ["the train was hot”"]


def test_articles_of_an_older_version_get_theirs_when_read_anew(store: Store) -> None:
    quotes = extract(TEXT).quotes
    store.save_article(Article(TEXT, id="a"), Extraction(quotes, ()), extractor_version="old")
    assert texts(store, kind="any") == texts(store) == ["a wreck", "No"]
    [article] = reextract(store)
    assert [(one.status, one.after and one.after.kind) for one in article.differences] == [
        ("added", "indirect")
    ]
    assert texts(store, kind="any") == ["the ferry was late", "a wreck", "No"]
    assert texts(store) == ["a wreck", "No"]


LONG = "this is a disgrace and we will appeal against it tomorrow"


def test_they_are_of_no_quotation(store: Store) -> None:
    for number, one in enumerate((indirect(LONG, 0), quote(LONG, 0), indirect(LONG, 0), quote(LONG, 0))):
        save(store, f"a{number}", one, text=LONG, published_at=day(f"2020-01-0{number + 1}"))
    for unique, expected in ((False, [2, 1, 2, 1]), (True, [1, 2, 1])):
        found = store.list_quotes(QuoteFilter(kind="any", unique=unique), ALL).items
        assert [one.occurrences for one in found] == expected
        assert all((one.quotation is None) == (one.kind == "indirect") for one in found)
    with store._engine.connect() as connection:
        before = set(connection.execute(select(fingerprints)))
    store.delete_article("a0")
    with store._engine.connect() as connection:
        assert set(connection.execute(select(fingerprints))) == before
    for article_id in ("a1", "a3"):
        store.delete_article(article_id)
    with store._engine.connect() as connection:
        assert set(connection.execute(select(fingerprints))) == set()


def test_merges_bring_them_into_no_quotation(store: Store) -> None:
    save(store, "a", quote(LONG), published_at=day("2020-01-01"))
    save(store, "b", indirect(LONG, 0, speaker=KIM), published_at=day("2020-01-02"))
    ids = {one.name: one.id for one in store.list_speakers(None, ALL).items}
    before = [one.quotation for one in store.list_quotes(QuoteFilter(kind="any"), ALL).items]
    store.merge_speakers(ids["Zoë Kim"], ids["Jane Doe"])
    found = store.list_quotes(QuoteFilter(kind="any"), ALL).items
    assert [one.quotation for one in found] == before
    assert [(one.kind, one.occurrences) for one in found] == [("indirect", 1), ("direct", 1)]


def test_confident_ones_that_are_rare_are_looked_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.store.quotes.conditions.FEW_QUOTES", 1)
    save(store, "a", quote("One", 0), quote("Two", 10), indirect("three", 20))
    with store._engine.connect() as connection:
        for kind, holds in KINDS[:2]:
            wanted = QuoteFilter(kind=kind, min_confidence=0.5)
            [values] = find_values(connection, wanted, (), None)
            assert ("rare" in values) == (holds == {True})


@pytest.mark.parametrize("few", [0, 5_000])
@pytest.mark.parametrize("kind", ["any", "indirect", "mixed", None])
@pytest.mark.parametrize(
    "others", [{}, {"q": "taxes"}, {"speaker": "roe"}, {"min_confidence": 0.5}, {"article": "a"}]
)
def test_facets_are_of_what_the_list_holds(
    filled: Store, monkeypatch: pytest.MonkeyPatch, kind: Any, others: dict[str, Any], few: int
) -> None:
    monkeypatch.setattr("service.store.quotes.conditions.FEW_QUOTES", few)
    wanted = QuoteFilter(kind=kind, **others)
    items = filled.list_quotes(wanted, ALL).items
    facets = filled.count_facets(wanted, ("kind", "month"))
    assert (facets.quotes, facets.complete) == (len(items), True)
    assert {one.value: one.quotes for one in facets.values["kind"]} == Counter(one.kind for one in items)
    assert {one.value: one.quotes for one in facets.values["month"]} == Counter(
        one.article.published_at.isoformat()[:7] for one in items if one.article.published_at
    )


def test_facets_of_any_kind_look_at_the_newest_of_all(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.store.quotes.facets.COUNTED_QUOTES", 5)
    facets = filled.count_facets(QuoteFilter(kind="any"), ("kind",))
    assert (facets.quotes, facets.complete) == (5, False)
    assert {one.value: one.quotes for one in facets.values["kind"]} == {
        "direct": 2,
        "indirect": 2,
        "mixed": 1,
    }
    monkeypatch.setattr("service.store.quotes.facets.COUNTED_QUOTES", 8)
    assert filled.count_facets(QuoteFilter(kind="any"), ("kind",)).complete


def test_a_timeline_has_no_indirect_quotes(filled: Store) -> None:
    [jane] = filled.list_speakers("jane", ALL).items
    for from_, expected in ((None, ["1950-06", "2020-01"]), (day("1960-01-01"), ["2020-01"])):
        found = filled.read_timeline(jane.id, from_)
        assert found is not None
        assert [one.month for one in found.months] == expected
        assert found.quotes == len(expected)


@st.composite
def write_stores(draw: st.DrawFn) -> list[tuple[datetime, list[bool]]]:
    """The moments of articles, and of each of their quotes whether it is indirect."""
    moments = st.sampled_from(
        [datetime(1, 1, 1), datetime(1969, 12, 31), datetime(2020, 1, 1), datetime(9999, 12, 31)]
    )
    return draw(st.lists(st.tuples(moments, st.lists(st.booleans(), min_size=1, max_size=4)), max_size=6))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(write_stores(), st.integers(1, 5))
def test_pages_of_any_limit_give_each_once_in_order(
    store: Store, articles: list[tuple[datetime, list[bool]]], limit: int
) -> None:
    for number in range(6):
        store.delete_article(f"a{number}")
    for number, (moment, indirect_ones) in enumerate(articles):
        quotes = [
            (indirect if is_indirect else quote)(f"word {place}", 20 * place)
            for place, is_indirect in enumerate(indirect_ones)
        ]
        save(store, f"a{number}", *quotes, published_at=moment.replace(tzinfo=UTC))
    [jane] = store.list_speakers("jane", ALL).items or [None]
    for others in ({}, {"q": "word"}, {"speaker_id": jane and jane.id}, {"article": "a0"}):
        for kind, kinds in KINDS:
            wanted = QuoteFilter(kind=kind, **others)
            found = list(walk(store, wanted, limit))
            expected = [
                (f"a{number}", f"word {place}")
                for number, (_, of_article) in enumerate(articles)
                for place, is_indirect in enumerate(of_article)
                if is_indirect in kinds and wanted.article in (None, f"a{number}")
            ]
            assert sorted((one.article.id, one.text) for one in found) == sorted(expected)
            assert found == sorted(found, key=newest_first(found))


def walk(store: Store, wanted: QuoteFilter, limit: int) -> Iterator[QuoteRecord]:
    page = store.list_quotes(wanted, PageRequest(limit))
    yield from page.items
    while page.next_cursor is not None:
        assert len(page.items) == limit
        page = store.list_quotes(wanted, PageRequest(limit, page.next_cursor))
        yield from page.items


def newest_first(found: list[QuoteRecord]) -> Callable[[QuoteRecord], tuple[float, int, int]]:
    """By moment; articles of one moment stay together, each in the order of its text."""
    places = {one.article.id: place for place, one in reversed(list(enumerate(found)))}

    def order(one: QuoteRecord) -> tuple[float, int, int]:
        assert one.article.published_at is not None
        seconds = (one.article.published_at - EPOCH).total_seconds()
        return -seconds, places[one.article.id], one.segments[0].start

    return order
