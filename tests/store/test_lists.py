"""Lists: what they filter, their order, their pages; each test on each database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from service.extractor import Speaker
from service.extractor.model import SpeakerKind
from service.store import (
    ArticleFilter,
    InvalidCursor,
    InvalidQuery,
    PageRequest,
    QuoteFilter,
    QuoteRecord,
    Store,
    TextPart,
)
from service.store.speakers.find_by_name import MAXIMUM_WORDS
from tests.store.build import day, person, quote, recorded, save

ALL = PageRequest(100)


@pytest.fixture
def filled(store: Store) -> Store:
    kim, bush, laura = person("Zoë Kim"), person("George Bush"), person("Laura Bush")
    spokesman = Speaker("a spokesman for the council", "unnamed")
    first = (
        quote("We will cut taxes now", 0, speaker=bush),
        quote("No new taxes", 50, speaker=bush, kind="mixed", confidence=0.5, rule="mixed_clause"),
    )
    second = (
        quote("Read my lips: no new taxes", 0, speaker=laura, confidence=0.99),
        quote("The café is closed", 60, speaker=kim),
    )
    save(store, "jan", *first, source="The Guardian", published_at=day("2020-01-10"), title="January")
    save(store, "feb", *second, source="El País", published_at=day("2020-02-10"))
    save(
        store,
        "mar",
        quote("Taxation is theft", speaker=spokesman),
        source="EL PAIS",
        published_at=day("2020-03-10"),
    )
    save(store, "apr", quote("Nobody said this", speaker=None), published_at=day("2020-04-10"))
    return store


def texts(store: Store, wanted: QuoteFilter) -> list[str]:
    return [found.text for found in store.list_quotes(wanted, ALL).items]


CUT, NO_NEW, LIPS = "We will cut taxes now", "No new taxes", "Read my lips: no new taxes"
CAFE, THEFT, NOBODY = "The café is closed", "Taxation is theft", "Nobody said this"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (QuoteFilter(), [NOBODY, THEFT, LIPS, CAFE, CUT, NO_NEW]),
        (QuoteFilter(speaker="BUSH"), [LIPS, CUT, NO_NEW]),
        (QuoteFilter(speaker="bush, geo"), [CUT, NO_NEW]),
        (QuoteFilter(speaker="zoe"), [CAFE]),
        (QuoteFilter(speaker="ush"), []),
        (QuoteFilter(speaker="spokesman"), [THEFT]),
        (QuoteFilter(q="taxes"), [LIPS, CUT, NO_NEW]),
        (QuoteFilter(q="TAXES -lips"), [CUT, NO_NEW]),
        (QuoteFilter(q='"no new"'), [LIPS, NO_NEW]),
        (QuoteFilter(q='"new no"'), []),
        (QuoteFilter(q='taxes -"no new"'), [CUT]),
        (QuoteFilter(q="tax*"), [THEFT, LIPS, CUT, NO_NEW]),
        (QuoteFilter(q='"new ta"*'), [LIPS, NO_NEW]),
        (QuoteFilter(q="taxes -tax*"), []),
        (QuoteFilter(q="CAFE"), [CAFE]),
        (QuoteFilter(q="bush"), []),
        (QuoteFilter(q="said nobody"), [NOBODY]),
        (QuoteFilter(q="taxes", speaker="laura"), [LIPS]),
        (QuoteFilter(kind="mixed"), [NO_NEW]),
        (QuoteFilter(kind="direct", q="taxes"), [LIPS, CUT]),
        (QuoteFilter(source="el pais"), [THEFT, LIPS, CAFE]),
        (QuoteFilter(source="pais"), []),
        (QuoteFilter(source="El País", q="taxes"), [LIPS]),
        (QuoteFilter(article="jan"), [CUT, NO_NEW]),
        (QuoteFilter(article="jan", q="new"), [NO_NEW]),
        (QuoteFilter(article="none"), []),
        (QuoteFilter(article="jan\0"), []),
        (QuoteFilter(speaker_id="none"), []),
        (QuoteFilter(speaker_id="_\" OR \ud800", q="taxes"), []),
        (QuoteFilter(min_confidence=0.9), [NOBODY, THEFT, LIPS, CAFE, CUT]),
        (QuoteFilter(min_confidence=0.91, speaker="bush"), [LIPS]),
        (QuoteFilter(from_=day("2020-03-10")), [NOBODY, THEFT]),
        (QuoteFilter(to=day("2020-01-10")), [CUT, NO_NEW]),
        (QuoteFilter(to=day("2020-01-10") - timedelta(seconds=1)), []),
        (QuoteFilter(from_=day("2020-01-11"), to=day("2020-02-28"), q="no"), [LIPS]),
        (QuoteFilter("bush", None, "feb", "new", "direct", "El País", day("2020-01-01"), None, 0.1), [LIPS]),
    ],
)  # fmt: skip
def test_filters_hold_in_any_combination(filled: Store, wanted: QuoteFilter, expected: list[str]) -> None:
    assert texts(filled, wanted) == expected


def test_a_speakers_quotes_are_found_by_id(filled: Store) -> None:
    [laura] = filled.list_speakers("laura", ALL).items
    assert texts(filled, QuoteFilter(speaker_id=laura.id)) == [LIPS]
    assert texts(filled, QuoteFilter(speaker_id=laura.id, q="taxes")) == [LIPS]
    assert texts(filled, QuoteFilter(speaker_id=laura.id, q="closed")) == []
    assert texts(filled, QuoteFilter(speaker_id=laura.id, speaker="george")) == []


def test_a_found_quote_has_a_snippet(filled: Store) -> None:
    [found] = filled.list_quotes(QuoteFilter(q="cafe"), ALL).items
    assert found.snippet is not None
    assert (found.snippet.text, found.snippet.highlights) == (CAFE, ((4, 8),))
    [found] = filled.list_quotes(QuoteFilter(speaker="zoe"), ALL).items
    assert found.snippet is None


def test_an_unreadable_search_names_its_field(filled: Store) -> None:
    for wanted, field in ((QuoteFilter(q='"'), "q"), (QuoteFilter(speaker="?"), "speaker")):
        with pytest.raises(InvalidQuery) as refused:
            filled.list_quotes(wanted, ALL)
        assert refused.value.field == field
    with pytest.raises(InvalidQuery):
        filled.list_speakers("", ALL)


def test_speakers_are_listed_by_name_and_found_by_part_of_it(filled: Store) -> None:
    def names(q: str | None) -> list[str]:
        return [speaker.name for speaker in filled.list_speakers(q, ALL).items]

    assert names(None) == ["George Bush", "Laura Bush", "Zoë Kim", "a spokesman for the council"]
    assert names("BU") == ["George Bush", "Laura Bush"]
    assert names("bush geo") == ["George Bush"]
    assert names("zoë") == ["Zoë Kim"]
    assert names("eorge") == []


def test_a_beginning_of_many_names_finds_them_all(store: Store) -> None:
    for number in range(MAXIMUM_WORDS + 5):
        speaker = person(f"{'Ann' if number % 2 else 'Bob'} Name{number}")
        save(store, f"a{number}", quote("Tax cuts" if number % 3 else "Tax rises", speaker=speaker))
    save(store, "other", quote("Tax cuts", speaker=person("Ann Other")))

    def count(**wanted: Any) -> int:
        return len(store.list_quotes(QuoteFilter(**wanted), PageRequest(200)).items)

    assert count(speaker="name") == 105
    assert count(speaker="nam ann") == 52
    assert count(speaker="ann nam ann") == 52
    assert count(speaker="n", q="rises") == 35
    assert count(speaker="name1", q="tax", article="a1") == 1
    assert count(speaker="name10") == 6
    assert count(speaker="nameless") == 0


def test_articles_are_listed_newest_first_without_their_text(filled: Store) -> None:
    def ids(wanted: ArticleFilter) -> list[str]:
        return [article.id for article in filled.list_articles(wanted, ALL).items]

    assert ids(ArticleFilter()) == ["apr", "mar", "feb", "jan"]
    assert ids(ArticleFilter(source="el pais")) == ["mar", "feb"]
    assert ids(ArticleFilter(from_=day("2020-02-10"), to=day("2020-03-09"))) == ["feb"]
    assert ids(ArticleFilter(source="\ud800")) == []
    [january] = filled.list_articles(ArticleFilter(to=day("2020-01-31")), ALL).items
    assert (january.text, january.title, january.quotes) == (None, "January", 2)


def test_articles_without_a_date_stand_where_they_were_added(store: Store) -> None:
    save(store, "old", quote("Old"), published_at=day("2000-01-01"))
    save(store, "undated", quote("Undated"))
    save(store, "future", quote("Future"), published_at=datetime.now(UTC) + timedelta(days=1))
    assert texts(store, QuoteFilter()) == ["Future", "Undated", "Old"]
    assert texts(store, QuoteFilter(from_=datetime.now(UTC) - timedelta(hours=1), to=datetime.now(UTC))) == []


def walk(store: Store, wanted: QuoteFilter, limit: int) -> Iterator[tuple[QuoteRecord, ...]]:
    cursor = None
    while True:
        page = store.list_quotes(wanted, PageRequest(limit, cursor))
        yield page.items
        cursor = page.next_cursor
        if cursor is None:
            return


@pytest.mark.parametrize(
    "wanted", [QuoteFilter(), QuoteFilter(q="quote"), QuoteFilter(speaker="jane", kind="direct")]
)
@pytest.mark.parametrize("limit", [1, 3, 10, 11])
def test_pages_are_the_list_cut_up(store: Store, wanted: QuoteFilter, limit: int) -> None:
    moment = day("2020-01-01")
    for number in range(5):
        save(store, f"a{number}", quote("Quote one"), quote("Quote two", 20), published_at=moment)
    whole = store.list_quotes(wanted, ALL).items
    pages = list(walk(store, wanted, limit))
    assert [found for page in pages for found in page] == list(whole)
    assert len(whole) == 10
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert pages[-1]


def test_pages_stay_while_articles_are_added(store: Store) -> None:
    for number in range(1, 10):
        save(store, f"a{number}", quote(f"Quote {number}"), published_at=day(f"2020-01-0{number}"))
    seen: list[str] = []
    for number, page in enumerate(walk(store, QuoteFilter(), 2)):
        seen += [found.text for found in page]
        save(store, f"new{number}", quote("Newer"), published_at=day(f"2021-01-0{number + 1}"))
    assert seen == [f"Quote {number}" for number in range(9, 0, -1)]


def test_articles_and_speakers_are_paged(store: Store) -> None:
    for number in range(7):
        kind: SpeakerKind = "person" if number % 2 else "unnamed"
        save(store, f"a{number}", quote("One", speaker=Speaker(f"Same Name{'x' * number}", kind)))
    for listing in (
        lambda page: store.list_articles(ArticleFilter(), page),
        lambda page: store.list_speakers(None, page),
        lambda page: store.list_speakers("same", page),
    ):
        first = listing(PageRequest(4))
        second = listing(PageRequest(4, first.next_cursor))
        assert first.items + second.items == listing(ALL).items
        assert (len(first.items), len(second.items), second.next_cursor) == (4, 3, None)


def test_a_cursor_belongs_to_its_filter(filled: Store) -> None:
    cursor = filled.list_quotes(QuoteFilter(q="taxes"), PageRequest(1)).next_cursor
    assert cursor is not None
    for other in (QuoteFilter(q="no"), QuoteFilter(q="taxes", kind="direct")):
        with pytest.raises(InvalidCursor):
            filled.list_quotes(other, PageRequest(1, cursor))
    with pytest.raises(InvalidCursor):
        filled.list_articles(ArticleFilter(), PageRequest(1, cursor))
    with pytest.raises(InvalidCursor):
        filled.list_speakers(None, PageRequest(1, cursor))


def test_a_page_takes_the_same_statements_whatever_its_size(filled: Store) -> None:
    full = QuoteFilter(speaker="george bush", q="taxes", kind="direct", source="El País", min_confidence=0.1)
    for limit in (1, 100):
        for wanted in (
            QuoteFilter(),
            QuoteFilter(unique=True),
            full,
            replace(full, speaker_id="s1", article="feb", unique=True),
        ):
            with recorded(filled) as statements:
                filled.list_quotes(wanted, PageRequest(limit))
            # A name is counted and looked up, a speaker may have been merged, and may speak with others.
            lookups = 2 * (wanted.speaker is not None) + (wanted.speaker_id is not None)
            lookups += bool(lookups) + (wanted.speaker is not None)
            assert 1 + bool(lookups) <= len(statements) <= 1 + lookups
        with recorded(filled) as statements:
            filled.list_articles(ArticleFilter(source="el pais"), PageRequest(limit))
        assert len(statements) == 1
        with recorded(filled) as statements:
            filled.list_speakers("bush", PageRequest(limit))
        # Those with a name and those without are counted and listed; then come all other names.
        assert len(statements) <= 5


def test_statistics_count_what_is_there(filled: Store) -> None:
    statistics = filled.stats()
    assert (statistics.articles, statistics.quotes, statistics.speakers) == (4, 6, 4)
    assert statistics.attributed == pytest.approx(5 / 6)
    assert statistics.by_kind == {"direct": 5, "mixed": 1}
    assert statistics.by_rule == {"mixed_clause": 1, "quote_cue_name": 5}


def test_an_empty_store_answers(store: Store) -> None:
    assert store.list_quotes(QuoteFilter(q="a"), ALL).items == ()
    assert store.list_speakers(None, ALL).items == ()
    assert store.stats().attributed == 0.0
    assert (store.get_article("\ud800"), store.get_quote("\0"), store.get_speaker("s")) == (None, None, None)


def test_sqlite_walks_an_index_for_every_filter_and_sorts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is rare is sorted; here all have the confidence that is asked for.
    monkeypatch.setattr("service.store.quotes.conditions.FEW_QUOTES", 0)
    store = Store(f"sqlite:///{tmp_path}/quotes.db")
    store.upgrade()
    for number in range(MAXIMUM_WORDS + 1):
        speaker = person(f"Name{number:03}")
        indirect = quote("Word", 9, speaker=speaker, kind="indirect")
        save(store, f"a{number}", quote("Word", speaker=speaker), indirect)
    # Without `article`: sorting the quotes of one article costs nothing.
    conditions: dict[str, list[Any]] = {
        "speaker": ["name001", "name"],
        "speaker_id": ["s0123456789abcdef0123"],
        "q": ["word"],
        "kind": ["direct", "indirect", "any"],
        "source": ["wire"],
        "from_": [day("2020-01-01")],
        "min_confidence": [0.5],
    }
    with store._engine.connect() as connection:
        for chosen in (chosen for size in range(4) for chosen in combinations(conditions, size)):
            for values in product(*(conditions[name] for name in chosen)):
                wanted = QuoteFilter(**dict(zip(chosen, values, strict=True)))
                assert "TEMP B-TREE" not in explain(store, connection, wanted), wanted
    store.close()


def test_sqlite_looks_up_what_is_rare_by_what_makes_it_so(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/quotes.db")
    store.upgrade()
    save(store, "a", quote("Word"), quote("Word", 9, kind="indirect"))
    with store._engine.connect() as connection:
        for kind in (None, "indirect", "any"):
            wanted = QuoteFilter(min_confidence=0.5, kind=kind)
            assert "quotes_by_confidence" in explain(store, connection, wanted), wanted
    store.close()


def explain(store: Store, connection: Connection, wanted: QuoteFilter) -> str:
    with recorded(store) as statements:
        store.list_quotes(wanted, PageRequest(20))
    # The few quotes that speakers speak together with others are sorted.
    last = [one for one in statements if "co_speakers.speaker_id" not in one.text][-1]
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {last.text}", ("1",) * last.parameters)
    return "\n".join(row.detail for row in plan)


def test_parts_of_texts_are_read_in_order(store: Store) -> None:
    save(store, "a", text="“\U0001f600 joke” it was")
    save(store, "b", text="Other text")
    parts = [TextPart("b", 6, 4), TextPart("none", 0, 4), TextPart("a", 1, 3), TextPart("a", 9, 900)]
    assert store.read_text_parts(parts) == ["text", None, "\U0001f600 j", "it was"]
    assert store.read_text_parts([]) == []


def test_outlets_are_listed_by_name_with_their_quotes(store: Store) -> None:
    said = quote("We stay")
    for number, source in enumerate(("The Echo", "the echo", "Ärzteblatt", None, "Bugle")):
        save(store, f"a{number}", said, source=source, text=f"We stay {number}")
    save(store, "silent", source="Nobody Speaks")
    save(store, "told", quote("they stay", kind="indirect", rule="name_said_that"), source="Retold")
    first = store.list_outlets(PageRequest(2))
    second = store.list_outlets(PageRequest(2, first.next_cursor))
    listed = [(outlet.name, outlet.quotes) for outlet in (*first.items, *second.items)]
    assert (sorted(listed), second.next_cursor) == ([("Bugle", 1), ("the echo", 2), ("Ärzteblatt", 1)], None)
    with pytest.raises(InvalidCursor):
        store.list_outlets(PageRequest(2, "nonsense"))
