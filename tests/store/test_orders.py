"""Lists in any order and of several speakers and sources, page by page; counts of them."""

from dataclasses import replace

import pytest

from service.store import InvalidCursor, Order, PageRequest, QuoteFilter, QuoteRecord, Store
from tests.store.build import day, person, quote, save

ALL = PageRequest(1_000)
NAMES = ("Jane Doe", "Ann Roe", "Tom Poe")
SOURCES = ("Herald", "Post", "Times")
ARTICLES = 9


@pytest.fixture
def stored(store: Store) -> Store:
    """A quote of each kind by each speaker in each article, of a source each, some in the same second."""
    for number in range(ARTICLES):
        save(
            store,
            f"a{number}",
            *(
                quote(
                    "tax " * (1 + (place + number) % 3) + "word " * (number % 4) + f"is what {name} said",
                    100 * place,
                    speaker=person(name),
                    kind="indirect" if place == 2 else "direct",
                    rule="name_said_that" if place == 2 else "quote_cue_name",
                )
                for place, name in enumerate(NAMES)
            ),
            source=SOURCES[number % 3],
            published_at=day(f"2026-03-0{1 + number // 2}"),
        )
    return store


def read_pages(store: Store, wanted: QuoteFilter, size: int) -> list[QuoteRecord]:
    page = store.list_quotes(wanted, PageRequest(size))
    found = list(page.items)
    while page.next_cursor is not None:
        page = store.list_quotes(wanted, PageRequest(size, page.next_cursor))
        assert len(page.items) <= size
        found += page.items
    return found


def ids(quotes: list[QuoteRecord]) -> list[str]:
    return [one.id for one in quotes]


CONDITIONS = {
    "all": QuoteFilter(),
    "any": QuoteFilter(kind="any"),
    "words": QuoteFilter(q="tax", kind="any"),
    "phrase": QuoteFilter(q='"tax tax is"', kind="any"),
    "speaker": QuoteFilter(speaker="doe"),
    "speakers": QuoteFilter(speaker=("doe", "poe"), kind="any"),
    "one of both": QuoteFilter(speaker=("jane", "doe")),
    "source": QuoteFilter(source="post"),
    "sources": QuoteFilter(source=("Herald", "TIMES", "Herald"), kind="any"),
    "both": QuoteFilter(source=("Herald", "Times"), speaker=("doe", "roe")),
    "words of both": QuoteFilter(q="tax", source=("Herald", "Times"), speaker=("doe", "poe"), kind="any"),
    "beginning": QuoteFilter(speaker=("j", "a")),
    "dates": QuoteFilter(from_=day("2026-03-02"), to=day("2026-03-04"), kind="any"),
}


@pytest.mark.parametrize("size", [1, 4, 1_000])
@pytest.mark.parametrize("name", CONDITIONS)
def test_the_oldest_first_is_the_list_from_its_end(stored: Store, name: str, size: int) -> None:
    wanted = CONDITIONS[name]
    newest = ids(list(stored.stream_quotes(wanted)))
    assert newest
    assert ids(read_pages(stored, replace(wanted, order="newest"), size)) == newest
    assert ids(read_pages(stored, replace(wanted, order="oldest"), size)) == newest[::-1]


@pytest.mark.parametrize("name", CONDITIONS)
def test_lists_and_counts_agree(stored: Store, name: str) -> None:
    wanted = CONDITIONS[name]
    found = stored.list_quotes(wanted, ALL).items
    for order in (None, "oldest"):
        counted = stored.count_quotes(replace(wanted, order=order))
        assert (counted.quotes, counted.complete) == (len(found), True)
    assert stored.count_facets(wanted, ["speaker"]).quotes == len(found)


def test_any_of_several_speakers_and_sources(stored: Store) -> None:
    """As a reading of every quote would find."""
    everything = stored.list_quotes(QuoteFilter(kind="any"), ALL).items
    for wanted, speakers, sources in (
        (CONDITIONS["speakers"], ("Doe", "Poe"), SOURCES),
        (CONDITIONS["sources"], ("Doe", "Roe", "Poe"), ("Herald", "Times")),
        (CONDITIONS["words of both"], ("Doe", "Poe"), ("Herald", "Times")),
    ):
        expected = [
            one.id
            for one in everything
            if one.speaker and one.speaker.name.endswith(speakers) and one.article.source in sources
        ]
        assert 0 < len(expected) < len(everything)
        assert ids(list(stored.list_quotes(wanted, ALL).items)) == expected


def test_a_quote_of_two_speakers_asked_for_is_listed_and_counted_once(stored: Store) -> None:
    wanted = CONDITIONS["one of both"]
    found = ids(list(stored.list_quotes(wanted, ALL).items))
    assert len(found) == len(set(found)) == ARTICLES
    assert stored.count_facets(wanted, ["speaker"]).quotes == ARTICLES


def test_an_unknown_source_among_several_finds_nothing_more(stored: Store) -> None:
    alone, beside, nothing = (
        ids(list(stored.list_quotes(QuoteFilter(source=source), ALL).items))
        for source in ("Post", ("Post", "no such paper"), ("nobody", "no such paper"))
    )
    assert alone == beside
    assert nothing == []


@pytest.mark.parametrize("size", [1, 4, 1_000])
@pytest.mark.parametrize("at_once", [2, 5, 2_000])
def test_relevance_lists_the_same_quotes_by_their_words(
    stored: Store, monkeypatch: pytest.MonkeyPatch, size: int, at_once: int
) -> None:
    monkeypatch.setattr("service.store.quotes.relevance.RANKED_AT_ONCE", at_once)
    wanted = QuoteFilter(q="tax", kind="any", order="relevance")
    found = read_pages(stored, wanted, size)
    expected = ids(list(stored.list_quotes(replace(wanted, order=None), ALL).items))
    assert sorted(ids(found)) == sorted(expected)
    if at_once == 2_000:
        shares = [(one.text.count("tax"), -one.text.count(" ")) for one in found]
        assert shares[0] == max(shares)
        assert ids(found) != expected


def test_what_is_stored_meanwhile_moves_nothing_between_pages(
    stored: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.store.quotes.relevance.RANKED_AT_ONCE", 4)
    wanted = QuoteFilter(q="tax", kind="any", order="relevance")
    expected = set(ids(list(stored.list_quotes(replace(wanted, order=None), ALL).items)))
    page = stored.list_quotes(wanted, PageRequest(3))
    found = ids(list(page.items))
    for number in range(40):
        if page.next_cursor is None:
            break
        save(stored, f"new{number}", quote(f"tax {number}"), published_at=day("2026-04-01"))
        page = stored.list_quotes(wanted, PageRequest(3, page.next_cursor))
        found += ids(list(page.items))
    assert len(found) == len(set(found))
    assert expected <= set(found)


def test_relevance_prefers_words_side_by_side(store: Store) -> None:
    save(store, "a", quote("tax is not cut now", 0), published_at=day("2026-03-02"))
    save(store, "b", quote("now is no tax cut", 0), published_at=day("2026-03-01"))
    found = store.list_quotes(QuoteFilter(q="tax cut", order="relevance"), ALL).items
    assert [one.article.id for one in found] == ["b", "a"]


@pytest.mark.parametrize("order", ["oldest", "relevance"])
def test_a_cursor_belongs_to_its_order(stored: Store, order: Order) -> None:
    wanted = QuoteFilter(q="tax")
    cursor = stored.list_quotes(wanted, PageRequest(1)).next_cursor
    with pytest.raises(InvalidCursor):
        stored.list_quotes(replace(wanted, order=order), PageRequest(1, cursor))


def test_a_count_looks_at_the_newest_only(stored: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.store.quotes.facets.COUNTED_IN_LISTS", 5)
    counted = stored.count_quotes(QuoteFilter())
    assert (counted.quotes, counted.complete) == (5, False)
