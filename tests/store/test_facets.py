"""Facets and timelines: what they count, that the work is bounded and honestly so; on each database."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.store import FacetName, Facets, InvalidQuery, PageRequest, QuoteFilter, Store
from tests.store.build import Statement, day, person, quote, recorded, save

NAMES: tuple[FacetName, ...] = ("speaker", "source", "month", "kind")
ALL = PageRequest(200)


@pytest.fixture
def filled(store: Store) -> Store:
    kim, bush = person("Zoë Kim"), person("George Bush")
    jan = (quote("We will cut taxes", 0, speaker=bush), quote("No new taxes", 50, speaker=kim, kind="mixed"))
    save(store, "jan", *jan, source="The Guardian", published_at=day("2020-01-31"))
    save(store, "feb", quote("Taxes again", speaker=bush), source="el pais", published_at=day("2020-02-01"))
    save(store, "old", quote("Old", speaker=bush), source="El País", published_at=day("0999-12-31"))
    save(store, "new", quote("Taxes", speaker=None), published_at=day("2021-01-10"))
    save(store, "mar", quote("Closed", speaker=bush), source="El País", published_at=day("2020-03-10"))
    return store


def shares(facets: Facets, name: FacetName) -> dict[str | None, int]:
    return {one.name: one.quotes for one in facets.values[name]}


def test_facets_share_out_a_list(filled: Store) -> None:
    found = filled.count_facets(QuoteFilter(), NAMES)
    assert (found.quotes, found.complete) == (6, True)
    assert list(shares(found, "speaker").items()) == [("George Bush", 4), (None, 1), ("Zoë Kim", 1)]
    # As the newest article of a source spells it.
    assert list(shares(found, "source").items()) == [("El País", 3), ("The Guardian", 2), (None, 1)]
    assert [one.name for one in found.values["month"]] == [
        "2021-01",
        "2020-03",
        "2020-02",
        "2020-01",
        "0999-12",
    ]
    assert shares(found, "kind") == {"direct": 5, "mixed": 1}
    assert all(one.value in ("direct", "mixed") for one in found.values["kind"])


@pytest.mark.parametrize(
    "wanted",
    [
        QuoteFilter(speaker="bush"),
        QuoteFilter(speaker="bu"),
        QuoteFilter(q="taxes"),
        QuoteFilter(q="taxes", speaker="bush"),
        QuoteFilter(source="EL PAIS"),
        QuoteFilter(source="el pais", q="taxes", kind="direct"),
        QuoteFilter(kind="mixed"),
        QuoteFilter(min_confidence=0.9, kind="direct"),
        QuoteFilter(article="jan"),
        QuoteFilter(from_=day("2020-02-01"), to=day("2020-03-09")),
        QuoteFilter(speaker="nobody"),
        QuoteFilter(speaker_id="none"),
        QuoteFilter(article="\0"),
    ],
)
@pytest.mark.parametrize("few", [0, 5_000])
def test_facets_are_of_what_the_list_holds(
    filled: Store, monkeypatch: pytest.MonkeyPatch, wanted: QuoteFilter, few: int
) -> None:
    monkeypatch.setattr("service.store.quotes.conditions.FEW_QUOTES", few)
    items = filled.list_quotes(wanted, ALL).items
    found = filled.count_facets(wanted, NAMES)
    assert (found.quotes, found.complete) == (len(items), True)
    assert {one.value: one.quotes for one in found.values["speaker"]} == Counter(
        item.speaker and item.speaker.id for item in items
    )
    assert shares(found, "kind") == Counter(item.kind for item in items)
    assert shares(found, "month") == Counter(
        item.article.published_at.isoformat()[:7] for item in items if item.article.published_at
    )
    assert sum(shares(found, "source").values()) == len(items)


def test_facets_look_at_the_newest_alone_and_say_so(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.store.quotes.facets.COUNTED_QUOTES", 2)
    found = filled.count_facets(QuoteFilter(), ("month",))
    assert (found.quotes, found.complete) == (2, False)
    assert shares(found, "month") == {"2021-01": 1, "2020-03": 1}
    assert filled.count_facets(QuoteFilter(speaker="kim"), ()).complete
    monkeypatch.setattr("service.store.quotes.facets.COUNTED_QUOTES", 6)
    assert filled.count_facets(QuoteFilter(), ()).complete
    # A kind is looked for in the newest alone.
    monkeypatch.setattr("service.store.quotes.facets.COUNTED_QUOTES", 3)
    few = filled.count_facets(QuoteFilter(kind="mixed"), ("kind",))
    assert (few.quotes, few.complete, few.values["kind"]) == (0, False, ())


def test_facets_list_the_most_frequent(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.store.quotes.facets.LISTED_VALUES", 1)
    monkeypatch.setattr("service.store.quotes.facets.LISTED_MONTHS", 2)
    found = filled.count_facets(QuoteFilter(), NAMES)
    assert shares(found, "speaker") == {"George Bush": 4}
    assert list(shares(found, "month")) == ["2021-01", "2020-03"]


def test_facets_take_few_statements(filled: Store) -> None:
    with recorded(filled) as statements:
        filled.count_facets(QuoteFilter(), NAMES)
    assert len(statements) == 5
    with pytest.raises(InvalidQuery):
        filled.count_facets(QuoteFilter(q='"'), NAMES)


def find_id(store: Store, name: str) -> str:
    return store.list_speakers(name, ALL).items[0].id


def test_a_timeline_counts_months_and_sources(filled: Store) -> None:
    found = filled.read_timeline(find_id(filled, "bush"))
    assert found is not None
    assert (found.speaker.name, found.quotes, found.complete) == ("George Bush", 4, True)
    assert [(one.name, one.quotes) for one in found.sources] == [("El País", 3), ("The Guardian", 1)]
    assert [(one.month, one.quotes) for one in found.months] == [
        ("0999-12", 1),
        ("2020-01", 1),
        ("2020-02", 1),
        ("2020-03", 1),
    ]
    assert [one.name for one in found.months[1].sources] == ["The Guardian"]


def test_a_timeline_is_cut_by_dates(filled: Store) -> None:
    found = filled.read_timeline(find_id(filled, "bush"), day("2020-02-01"), day("2020-03-09"))
    assert found is not None
    assert [(one.month, one.quotes) for one in found.months] == [("2020-02", 1)]


def test_a_timeline_of_a_merged_speaker_is_the_others(filled: Store) -> None:
    bush, kim = find_id(filled, "bush"), find_id(filled, "kim")
    filled.merge_speakers(kim, bush)
    for speaker in (bush, kim):
        found = filled.read_timeline(speaker)
        assert found is not None
        assert (found.speaker.id, found.quotes) == (bush, 5)
    assert filled.read_timeline("none") is None
    assert filled.read_timeline("\0") is None


def test_a_timeline_is_bounded_and_says_so(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    bush = find_id(filled, "bush")
    monkeypatch.setattr("service.store.quotes.timeline.LISTED_MONTHS", 2)
    found = filled.read_timeline(bush)
    assert found is not None
    assert ([one.month for one in found.months], found.complete) == (["2020-02", "2020-03"], False)
    monkeypatch.undo()
    monkeypatch.setattr("service.store.quotes.timeline.COUNTED_QUOTES", 2)
    found = filled.read_timeline(bush)
    assert found is not None
    assert (found.quotes, found.complete, found.months[0].month) == (3, False, "2020-01")
    monkeypatch.setattr("service.store.quotes.timeline.COUNTED_QUOTES", 4)
    whole = filled.read_timeline(bush)
    assert whole is not None
    assert (whole.quotes, whole.complete) == (4, True)


def test_a_timeline_takes_few_statements_and_one_index(filled: Store) -> None:
    bush = find_id(filled, "bush")
    with recorded(filled) as statements:
        filled.read_timeline(bush)
    # Those of the speaker alone, and those that others speak, too.
    assert len(statements) <= 6
    check_index_alone(filled, statements, "strftime")


def test_facets_of_a_speaker_are_read_from_one_index(filled: Store) -> None:
    with recorded(filled) as statements:
        filled.count_facets(QuoteFilter(speaker="bush"), NAMES)
    check_index_alone(filled, statements, "AS holds")


def check_index_alone(store: Store, statements: list[Statement], part: str) -> None:
    """Look on SQLite, where the size of a store makes no difference to the plan."""
    if store._engine.dialect.name != "sqlite":
        return
    counting, *_ = [one for one in statements if part in one.text]
    with store._engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {counting.text}", ("1",) * counting.parameters)
        assert "COVERING INDEX quotes_by_speaker" in "".join(row.detail for row in plan)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)))
def test_months_are_those_of_the_calendar(store: Store, moment: datetime) -> None:
    save(store, "a", quote("One"), published_at=moment.replace(tzinfo=UTC))
    found: Any = store.read_timeline(find_id(store, "jane"))
    assert [one.month for one in found.months] == [moment.isoformat()[:7]]
    facets = store.count_facets(QuoteFilter(), ("month",))
    assert [one.value for one in facets.values["month"]] == [moment.isoformat()[:7]]
