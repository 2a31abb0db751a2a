"""What holds of a store after anything that was done to it, checked by reading all rows."""

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select, text

from service.store import Store
from service.store.database.keys import place_of
from service.store.database.tables import articles, co_speakers, quote_counts, quotes, speakers, store_state
from service.store.quotes.packing import unpack_segments
from tests.store.test_quotations import group, group_anew


def check_store(store: Store) -> None:
    """Raise AssertionError where a store is not as it would be if it had been made anew."""
    with store._reading() as connection:
        rows = connection.execute(select(quotes)).all()
        kept = connection.execute(select(articles)).all()
        counted = connection.execute(select(quote_counts)).all()
        own = connection.execute(select(speakers)).all()
        state = connection.execute(select(store_state)).one()
        beside = connection.execute(select(co_speakers)).all()
    check_counts(rows, kept, counted, own, state, beside)
    check_co_speakers(rows, beside)
    check_merges(rows, own)
    check_places(rows, {row.id: row.text for row in kept})
    assert group(store) == group_anew(store)
    if store._engine.dialect.name == "sqlite":
        with store._writing() as connection:
            check = "INSERT INTO quotes_index (quotes_index, rank) VALUES ('integrity-check', 1)"
            connection.execute(text(check))
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def check_counts(rows: Any, kept: Any, counted: Any, own: Any, state: Any, beside: Any) -> None:
    roots = {row.id: row.root_id or row.id for row in own}
    spoken_by = {row.key: {roots.get(row.speaker_id)} for row in rows}
    for row in beside:
        spoken_by[row.quote_key].add(roots[row.speaker_id])
    direct = [row for row in rows if row.kind != "indirect"]
    indirect = [row for row in rows if row.kind == "indirect"]
    of_rule = Counter((row.kind, row.rule) for row in rows)
    assert {(row.kind, row.rule): row.quotes for row in counted if row.quotes} == of_rule
    attributed = Counter((row.kind, row.rule) for row in rows if row.speaker_id)
    assert {(row.kind, row.rule): row.attributed for row in counted if row.attributed} == attributed
    for column, of_speaker in (("quote_count", direct), ("indirect_count", indirect)):
        expected = Counter(one for row in of_speaker for one in spoken_by[row.key] if one)
        assert {row.id: getattr(row, column) for row in own if getattr(row, column)} == expected
    of_article = Counter(row.article_id for row in direct)
    assert {row.id: row.quote_count for row in kept if row.quote_count} == of_article
    assert (state.articles, state.speakers) == (len(kept), sum(row.merged_into is None for row in own))


def check_merges(rows: Any, own: Any) -> None:
    """Each speaker knows who has their quotes, each quote the words of its own, and by whom it is grouped."""
    into = {row.id: row.merged_into for row in own}
    roots = {}
    for row in own:
        root = row.id
        while into[root] is not None:
            root = into[root]
        roots[row.id] = root
        assert row.root_id == (None if root == row.id else root)
        assert row.regrouping is None
    words = {None: "", **{row.id: row.words for row in own}}
    for row in rows:
        assert row.speaker_words == words[row.speaker_id]
        if row.speaker_id is not None and row.kind != "indirect":
            assert (row.grouped_by or row.speaker_id) == roots[row.speaker_id]


def check_co_speakers(rows: Any, beside: Any) -> None:
    """A quote has as many co-speakers as it says, in places that follow one another."""
    places = defaultdict(list)
    for row in sorted(beside, key=lambda row: (row.quote_key, row.place)):
        places[row.quote_key].append(row.place)
    assert places == {row.key: list(range(row.co_speakers)) for row in rows if row.co_speakers}


def check_places(rows: Any, texts: dict[str, str]) -> None:
    """Quotes stand in the order of their article, none between those of another, and are what it says."""
    of_article = defaultdict(list)
    for row in sorted(rows, key=lambda row: -place_of(row.key)):
        of_article[row.article_id].append(row)
        for span in unpack_segments(row.segments, row.text):
            assert texts[row.article_id][span.start : span.end] == span.text
        if row.kind == "indirect":
            assert row.wording == row.quotation == row.key
    ranges = []
    for own in of_article.values():
        starts = [row.segments[0][0] for row in own]
        assert starts == sorted(starts)
        ranges.append((place_of(own[-1].key), place_of(own[0].key)))
    ranges.sort()
    assert all(one[1] < other[0] for one, other in pairwise(ranges))
    assert len({place_of(row.key) for row in rows}) == len(rows)


def count_rows(store: Store) -> int:
    with store._reading() as connection:
        return int(connection.execute(select(func.count()).select_from(quotes)).scalar_one())
