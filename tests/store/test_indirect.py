"""Indirect quotes: stored with the others, listed where they are asked for; each test on each database."""

from itertools import product
from typing import Any

import pytest

from service.extractor import Quote
from service.store import InvalidChange, PageRequest, QuoteChange, QuoteFilter, QuoteRecord, Store
from tests.store.build import day, person, quote, recorded, save

ALL = PageRequest(100)
ROE, KIM = person("Ann Roe"), person("Zoë Kim")


def told(text: str, start: int, **changes: Any) -> Quote:
    return quote(text, start, kind="indirect", rule="name_said_clause", **changes)


@pytest.fixture
def filled(store: Store) -> Store:
    first = quote("We open taxes", 0), told("taxes open", 50), quote("Late", 90, kind="mixed", speaker=ROE)
    save(store, "a", *first, told("rain will come", 120, speaker=KIM), published_at=day("2020-01-01"))
    save(store, "b", told("taxes fall", 0, speaker=ROE), quote("No", 40), published_at=day("1950-06-01"))
    save(store, "c", quote("Taxes rise", 0, speaker=ROE), published_at=day("9999-12-31"))
    save(store, "d", told("taxes rise", 0), published_at=day("0001-01-01"))
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


@pytest.mark.parametrize("kind", ["any", "indirect", None])
def test_pages_follow_one_another(filled: Store, kind: Any) -> None:
    wanted, found, page = QuoteFilter(kind=kind), [], PageRequest(1)
    while True:
        one = filled.list_quotes(wanted, page)
        found += [each.text for each in one.items]
        if one.next_cursor is None:
            break
        page = PageRequest(1, one.next_cursor)

    assert found == texts(filled, kind=kind)


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


def test_they_can_be_rejected_but_not_turned_into_words_spoken(filled: Store) -> None:
    [one] = [
        each for each in filled.list_quotes(QuoteFilter(kind="indirect"), ALL).items if "fall" in each.text
    ]
    with pytest.raises(InvalidChange, match="indirect"):
        filled.correct_quote(one.id, QuoteChange(reason="Spoken.", kind="direct"))
    filled.correct_quote(one.id, QuoteChange(reason="Never said.", rejected=True))

    assert "taxes fall" not in texts(filled, kind="any")
    assert texts(filled, article="b") == ["No"]
