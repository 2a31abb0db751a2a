"""A quote that people speak together is each one's: in lists, counts, facets and timelines, after merges."""

from dataclasses import replace
from typing import Any

import pytest

from service.extractor import Extraction, Quote, Speaker
from service.store import (
    FacetName,
    PageRequest,
    QuoteChange,
    QuoteFilter,
    SpeakerChange,
    SpeakerChoice,
    Store,
)
from tests.faults.store_invariants import check_store
from tests.store import build
from tests.store.build import day, person, quote

ANA, SAM, EVA = person("Ana Ruiz"), person("Sam Roe"), person("Eva Lund")
ALL = PageRequest(100)


def save(store: Store, article_id: str, said: Quote, **fields: Any) -> None:
    """Save an article that says nothing else."""
    build.save(store, article_id, said, text=said.text, **fields)


@pytest.fixture(autouse=True)
def joint(store: Store) -> None:
    """Ana and Sam speak together in two articles, Ana alone in a third, Eva with Ana in a fourth."""
    together = quote("We go", speaker=ANA, co_speakers=(SAM,))
    save(store, "a", together, published_at=day("2025-03-01"), source="Wire")
    later = quote("We went there", speaker=ANA, co_speakers=(SAM, EVA), kind="mixed")
    save(store, "b", later, published_at=day("2025-04-01"), source="Echo")
    save(store, "c", quote("I stay", speaker=ANA), published_at=day("2025-05-01"))
    told = quote("they would go", speaker=EVA, co_speakers=(ANA,), kind="indirect")
    save(store, "d", told, published_at=day("2025-06-01"))


def find(store: Store, **wanted: object) -> list[str]:
    """The texts that a filter finds, read a quote a page."""
    texts: list[str] = []
    cursor = None
    while True:
        page = store.list_quotes(QuoteFilter(**wanted), PageRequest(1, cursor))  # type: ignore[arg-type]
        texts += [one.text for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return texts


def id_of(store: Store, name: str) -> str:
    return next(one.id for one in store.list_speakers(None, ALL).items if one.name == name)


def count(store: Store) -> dict[str, tuple[int, int]]:
    check_store(store)
    listed = store.list_speakers(None, ALL).items
    return {one.name: (one.quotes, one.indirect) for one in listed}


def test_a_quote_names_all_who_speak_it(store: Store) -> None:
    [found] = store.list_quotes(QuoteFilter(q="there"), ALL).items

    assert found.speaker is not None
    assert found.speaker.name == "Ana Ruiz"
    assert [(one.id, one.name, one.kind) for one in found.co_speakers] == [
        (id_of(store, name), name, "person") for name in ("Sam Roe", "Eva Lund")
    ]
    assert store.get_quote(found.id) == replace(found, snippet=None)


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        ({"speaker": "sam"}, ["We went there", "We go"]),
        ({"speaker": "s r"}, ["We went there", "We go"]),
        ({"speaker": "roe", "q": "went"}, ["We went there"]),
        ({"speaker": "roe", "kind": "direct"}, ["We go"]),
        ({"speaker": "roe", "source": "echo"}, ["We went there"]),
        ({"speaker": "roe", "from_": day("2025-03-02")}, ["We went there"]),
        ({"speaker": "roe", "article": "a"}, ["We go"]),
        ({"speaker": "roe", "min_confidence": 0.95}, []),
        ({"speaker": "ana roe"}, []),
        ({"speaker": "lund"}, ["We went there"]),
        ({"speaker": "lund", "kind": "any"}, ["they would go", "We went there"]),
        ({"speaker": "ana", "kind": "any"}, ["they would go", "I stay", "We went there", "We go"]),
        ({"speaker": "ana", "kind": "indirect"}, ["they would go"]),
        ({"speaker": "ana"}, ["I stay", "We went there", "We go"]),
    ],
)
def test_a_search_for_either_finds_the_quote(
    store: Store, wanted: dict[str, object], texts: list[str]
) -> None:
    assert find(store, **wanted) == texts


def test_a_speakers_list_timeline_and_counts_hold_the_quote(store: Store) -> None:
    sam = id_of(store, "Sam Roe")

    assert find(store, speaker_id=sam) == ["We went there", "We go"]
    assert find(store, speaker_id=sam, q="there") == ["We went there"]
    assert count(store) == {"Ana Ruiz": (3, 1), "Eva Lund": (1, 1), "Sam Roe": (2, 0)}
    timeline = store.read_timeline(sam, None, None)
    assert timeline is not None
    assert [(month.month, month.quotes) for month in timeline.months] == [("2025-03", 1), ("2025-04", 1)]


def test_facets_count_the_quote_for_each_speaker(store: Store) -> None:
    names: list[FacetName] = ["speaker", "month"]
    facets = store.count_facets(QuoteFilter(), names)

    assert facets.quotes == 3
    assert {one.name: one.quotes for one in facets.values["speaker"]} == {
        "Ana Ruiz": 3,
        "Sam Roe": 2,
        "Eva Lund": 1,
    }
    of_sam = store.count_facets(QuoteFilter(speaker="roe"), names)
    assert {one.name: one.quotes for one in of_sam.values["month"]} == {"2025-04": 1, "2025-03": 1}


def test_a_merge_gives_the_quotes_of_a_co_speaker_away_and_back(store: Store) -> None:
    save(store, "e", quote("Yes", speaker=person("Samuel Roe")))
    sam, samuel = id_of(store, "Sam Roe"), id_of(store, "Samuel Roe")

    store.merge_speakers(sam, samuel)
    assert find(store, speaker_id=samuel) == find(store, speaker_id=sam)
    assert set(find(store, speaker="samuel")) == {"We went there", "We go", "Yes"}
    assert count(store) == {"Ana Ruiz": (3, 1), "Eva Lund": (1, 1), "Samuel Roe": (3, 0)}
    save(store, "f", quote("Later", speaker=EVA, co_speakers=(SAM,)))
    assert "Later" in find(store, speaker_id=samuel)
    check_store(store)

    store.undo_merge(sam)
    assert set(find(store, speaker_id=sam)) == {"We went there", "We go", "Later"}
    assert find(store, speaker_id=samuel) == ["Yes"]
    check_store(store)


def test_a_merge_of_two_who_speak_together_counts_the_quote_once(store: Store) -> None:
    before = count(store)
    sam, ana = id_of(store, "Sam Roe"), id_of(store, "Ana Ruiz")

    store.merge_speakers(sam, ana)
    assert find(store, speaker_id=ana) == ["I stay", "We went there", "We go"]
    assert count(store)["Ana Ruiz"] == (3, 1)

    store.undo_merge(sam)
    assert count(store) == before


def test_a_name_given_by_hand_is_found(store: Store) -> None:
    store.change_speaker(id_of(store, "Sam Roe"), SpeakerChange(name="Samantha Rye"))

    assert find(store, speaker="rye") == ["We went there", "We go"]
    [found] = store.list_quotes(QuoteFilter(article="a"), ALL).items
    assert [one.name for one in found.co_speakers] == ["Samantha Rye"]


def test_who_speaks_nothing_any_more_goes(store: Store) -> None:
    store.delete_article("a")
    assert count(store)["Sam Roe"] == (1, 0)
    store.delete_article("b")
    assert "Sam Roe" not in count(store)
    assert find(store, speaker="roe") == []


def test_reextraction_brings_and_takes_co_speakers(store: Store) -> None:
    [text] = [one for one in store.list_texts(after=None, limit=10, unless_read_by=None) if one.id == "c"]
    read = Extraction((quote("I stay", speaker=ANA, co_speakers=(EVA,)),), ())

    store.replace_quotes([(text, read)], extractor_version="2")
    assert find(store, speaker="lund") == ["I stay", "We went there"]
    check_store(store)
    store.replace_quotes([(text, Extraction((quote("I stay", speaker=ANA),), ()))], extractor_version="3")
    assert find(store, speaker="lund") == ["We went there"]
    check_store(store)


def test_a_corrected_speaker_speaks_alone_until_the_correction_goes(store: Store) -> None:
    [found] = store.list_quotes(QuoteFilter(article="b"), ALL).items
    change = QuoteChange("he alone", speaker=SpeakerChoice(name="Bo Vik"))

    store.correct_quote(found.id, change)
    [corrected] = store.list_quotes(QuoteFilter(article="b"), ALL).items
    assert corrected.speaker is not None
    assert (corrected.speaker.name, corrected.co_speakers) == ("Bo Vik", ())
    check_store(store)

    store.withdraw_correction(found.id)
    assert store.list_quotes(QuoteFilter(article="b"), ALL).items == (found,)
    check_store(store)


def test_a_correction_of_the_kind_leaves_co_speakers(store: Store) -> None:
    [found] = store.list_quotes(QuoteFilter(article="b"), ALL).items

    store.correct_quote(found.id, QuoteChange("whole", kind="direct"))
    [corrected] = store.list_quotes(QuoteFilter(article="b"), ALL).items
    assert corrected.co_speakers == found.co_speakers
    check_store(store)


def test_unnamed_co_speakers_are_their_articles_own(store: Store) -> None:
    save(store, "g", quote("So", speaker=ANA, co_speakers=(Speaker("a clerk", "unnamed"),)))

    assert find(store, speaker="clerk") == ["So"]
