"""Extraction anew: what is due, what changes, and that a run that was stopped goes on."""

from itertools import islice
from typing import Any

import pytest

import service.ingest.reextract
from service.extractor import EXTRACTOR_VERSION, extract
from service.ingest.articles import ingest
from service.ingest.reextract import ARTICLES_AT_ONCE, reextract
from service.store import (
    Article,
    PageRequest,
    QuoteChange,
    QuoteDifference,
    QuoteFilter,
    QuoteSummary,
    SpeakerChoice,
    Store,
)
from tests.store.build import quote, save

ALL = PageRequest(200)
TEXT = "“We will not move,” said Jane Doe."


def save_old(store: Store, article_id: str, **changes: Any) -> None:
    save(store, article_id, quote("We will not move", 1, **changes), text=TEXT, version="old")


def versions(store: Store) -> list[str]:
    return [one.extractor_version for one in store.list_quotes(QuoteFilter(), ALL).items]


def differences(store: Store, **options: Any) -> dict[str, tuple[QuoteDifference, ...]]:
    return {one.id: one.differences for one in reextract(store, **options)}


def test_a_dry_run_says_what_would_change_and_changes_nothing(store: Store) -> None:
    [found] = extract(TEXT).quotes
    save_old(store, "a", speaker=None)
    save(store, "b", quote("will", 4), text=TEXT, version="old")
    ingest(store, Article(TEXT, id="c"))
    before = store.stamp(), store.list_quotes(QuoteFilter(), ALL)
    expected = differences(store, dry_run=True)
    assert before == (store.stamp(), store.list_quotes(QuoteFilter(), ALL))
    after = QuoteSummary(found.text, found.kind, "Jane Doe", found.rule)
    [changed] = expected["a"]
    assert (changed.status, changed.after) == ("changed", after)
    assert changed.before == QuoteSummary(found.text, "direct", None, "quote_cue_name")
    added, removed = expected["b"]
    assert (added.status, added.before, added.after) == ("added", None, after)
    assert (removed.status, removed.after) == ("removed", None)
    assert set(expected) == {"a", "b"}
    assert differences(store) == expected
    assert set(versions(store)) == {EXTRACTOR_VERSION}
    assert differences(store) == {}


def test_another_spelling_of_a_name_is_no_change(store: Store) -> None:
    for number, name in enumerate(("Kate O'Hara", "Kate O’Hara", "KATE O’HARA")):
        ingest(store, Article(TEXT.replace("Jane Doe", name), id=str(number)))
    expected: dict[str, tuple[QuoteDifference, ...]] = {"0": (), "1": (), "2": ()}
    assert differences(store, dry_run=True, every=True) == expected
    assert differences(store, every=True) == expected


def test_an_article_read_anew_stays_where_it_was(store: Store) -> None:
    for article_id in ("a", "b", "c"):
        save_old(store, article_id, speaker=None)
    before = store.list_quotes(QuoteFilter(), ALL), store.get_article("b")
    differences(store)
    after = store.list_quotes(QuoteFilter(), ALL), store.get_article("b")
    assert [one.id for one in after[0].items] == [one.id for one in before[0].items]
    assert after[1] == before[1]
    assert {one.speaker and one.speaker.name for one in after[0].items} == {"Jane Doe"}
    [jane] = store.list_speakers(None, ALL).items
    assert jane.quotes == store.stats().quotes == 3


def test_an_article_that_reads_the_same_is_not_written_again(store: Store) -> None:
    ingest(store, Article(TEXT, id="a"))
    before = store.list_quotes(QuoteFilter(), ALL)
    assert differences(store, every=True) == {"a": ()}
    assert store.list_quotes(QuoteFilter(), ALL) == before


def test_corrections_outlive_it(store: Store) -> None:
    save_old(store, "a", speaker=None)
    [found] = store.list_quotes(QuoteFilter(), ALL).items
    store.correct_quote(found.id, QuoteChange("He said so.", SpeakerChoice(name="Bob Roe")))
    differences(store)
    [kept] = store.list_quotes(QuoteFilter(), ALL).items
    assert kept.speaker is not None
    assert (kept.speaker.name, kept.extractor_version) == ("Bob Roe", EXTRACTOR_VERSION)
    record = store.get_correction(found.id)
    assert record is not None
    assert record.found_speaker == "Jane Doe"


def test_a_run_that_was_stopped_goes_on(store: Store) -> None:
    for number in range(ARTICLES_AT_ONCE + 5):
        save_old(store, f"a{number}", speaker=None)
    first = [one.id for one in islice(reextract(store), 3)]
    assert versions(store).count(EXTRACTOR_VERSION) == ARTICLES_AT_ONCE
    rest = differences(store)
    assert len(rest) == 5
    assert rest.keys().isdisjoint(first)
    assert set(versions(store)) == {EXTRACTOR_VERSION}


def test_an_article_that_changes_meanwhile_is_left_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_old(store, "a")
    save_old(store, "b")

    def extract_while_others_write(text: str, **options: Any) -> Any:
        store.delete_article("a")
        save(store, "b", quote("Another", 0), text="Another text.", version=EXTRACTOR_VERSION)
        return extract(text, **options)

    monkeypatch.setattr(service.ingest.reextract, "extract", extract_while_others_write)
    assert differences(store) == {"a": (), "b": ()}
    assert [one.text for one in store.list_quotes(QuoteFilter(), ALL).items] == ["Another"]
