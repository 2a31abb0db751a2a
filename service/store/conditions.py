"""What a list of quotes is asked for, as the values of the conditions that `read_quotes` writes.

Names and words are looked up first, so that the list itself is one walk along the best index there is.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text

from service.store.names import find_few_ids, find_name_words, find_speaker_ids
from service.store.order import FIRST_SPOKEN_KEY, LEAST_KEY, TOLD_BELOW, first_key_at, last_key_at
from service.store.query import Term, parse_name, parse_query
from service.store.records import QuoteFilter
from service.store.search import express_for_postgresql, express_for_sqlite, mark_speaker_id
from service.store.tables import quote_counts, quotes
from service.store.words import is_storable, normalise_source
from service.store.write_speakers import find_roots, find_speakers

# Fewer quotes than this are looked up and sorted; more stand close enough in a list to be met along it.
FEW_QUOTES = 5_000
# The same for quotes of one speaker or several, which are each read to look for words.
FEW_OF_SPEAKERS = 1_000
# The same for words, where a look-up is one of the full-text index.
FEW_MATCHES = 4_000
ESTIMATE = text("EXPLAIN (FORMAT JSON) SELECT FROM quotes WHERE search @@ CAST(:match AS tsquery)")
CONFIDENT = select(quotes.c.key).where(quotes.c.confidence >= bindparam("min_confidence"))
COUNT_CONFIDENT, COUNT_CONFIDENT_TOLD = (
    select(func.count()).select_from(confident.limit(FEW_QUOTES + 1).subquery())
    for confident in (CONFIDENT, CONFIDENT.where(quotes.c.key < FIRST_SPOKEN_KEY))
)
OF_KIND = (
    select(quote_counts.c.kind)
    .where(quote_counts.c.kind == bindparam("kind"), quote_counts.c.quotes > 0)
    .limit(1)
)
# With none of these a search is a walk along the keys, which is long where what is looked for is rare.
NARROWING = frozenset(("article", "speaker_id", "one_speaker", "speakers", "latest_of", "match"))
# What the index of a speaker's quotes answers beside the speaker.
BOUNDS = frozenset(("from_", "to", "before"))


def read_terms(wanted: QuoteFilter) -> tuple[Term, ...]:
    return () if wanted.q is None else parse_query(wanted.q)


def find_values(
    connection: Connection, wanted: QuoteFilter, terms: tuple[Term, ...], before: int | None
) -> Iterator[dict[str, Any]]:
    """The values of a search by the names of its conditions, for each range of keys where it may find any."""
    name = () if wanted.speaker is None else tuple(dict.fromkeys(parse_name(wanted.speaker, "speaker")))
    values = describe_filter(wanted)
    if not all(is_storable(value) for value in values.values() if isinstance(value, str)):
        return
    if wanted.speaker_id is not None:
        values["speaker_id"] = find_owner(connection, wanted.speaker_id)
    found = describe_search(connection, values, terms, name)
    if found is None:
        return
    values |= found
    for told in (False, True) if wanted.kind == "any" else (wanted.kind == "indirect",):
        rare = {"rare": True} if is_confidence_rare(connection, values, told) else {}
        yield values | rare | describe_range(wanted, told, before)


def find_owner(connection: Connection, speaker_id: str) -> str:
    """Who has the quotes of a speaker: another, if they were merged."""
    owner = find_roots(connection, find_speakers(connection, [speaker_id])).get(speaker_id)
    return speaker_id if owner is None else owner.id


def describe_filter(wanted: QuoteFilter) -> dict[str, Any]:
    """The values of the conditions that are asked for, by the names that `select_page` knows."""
    values: dict[str, Any] = {
        "article": wanted.article,
        "speaker_id": wanted.speaker_id,
        "kind": wanted.kind if wanted.kind in ("direct", "mixed") else None,
        "source": normalise_source(wanted.source),
        "min_confidence": wanted.min_confidence,
        "unique": wanted.unique or None,
    }
    return {field: value for field, value in values.items() if value is not None}


def describe_range(wanted: QuoteFilter, told: bool, before: int | None) -> dict[str, int]:
    """The same for dates and the place that a page begins after, as keys of what is told or spoken."""
    first = FIRST_SPOKEN_KEY if wanted.from_ is None else first_key_at(wanted.from_)
    last = None if wanted.to is None else last_key_at(wanted.to)
    if told:
        first -= TOLD_BELOW
        last = FIRST_SPOKEN_KEY - 1 if last is None else last - TOLD_BELOW
        before = None if before is None else max(before - TOLD_BELOW, LEAST_KEY)
    values = {"from_": first, "to": last, "before": before}
    return {field: value for field, value in values.items() if value is not None}


def describe_search(
    connection: Connection, values: dict[str, Any], terms: tuple[Term, ...], name: tuple[str, ...]
) -> dict[str, Any] | None:
    """The same for words and names, as the database looks them up best; None when nothing can be found."""
    if connection.dialect.name == "sqlite":
        found = describe_for_sqlite(connection, values, terms, name)
    else:
        found = describe_for_postgresql(connection, values, terms, name)
    if found is None or not NARROWING.isdisjoint(values | found):
        return found
    if "kind" in values and connection.execute(OF_KIND, {"kind": values["kind"]}).first() is None:
        return None
    return found


def is_confidence_rare(connection: Connection, values: dict[str, Any], told: bool) -> bool:
    """Whether few quotes are as confident as asked for, where nothing else narrows the search."""
    least = values.get("min_confidence")
    if least is None or not NARROWING.isdisjoint(values):
        return False
    count = COUNT_CONFIDENT_TOLD if told else COUNT_CONFIDENT
    return bool(connection.execute(count, {"min_confidence": least}).scalar_one() <= FEW_QUOTES)


def describe_for_sqlite(
    connection: Connection, values: dict[str, Any], terms: tuple[Term, ...], name: tuple[str, ...]
) -> dict[str, Any] | None:
    """All by the full-text index, which has the ids of speakers and the words of their names.

    Save one speaker alone, and beginnings that most names have.
    """
    found: dict[str, Any] = {}
    either: list[tuple[str, ...]] = []
    ids = find_few_ids(connection, name) if name else None
    if ids is not None and len(ids) == 1 and not terms:
        return {"one_speaker": ids[0]}
    if ids is not None:
        either = [tuple(mark_speaker_id(speaker_id) for speaker_id in ids)]
    else:
        words = find_name_words(connection, name)
        either = [words for words in words.values() if words is not None]
        broad = [beginning for beginning, words in words.items() if words is None]
        found = {f"broad_{place}": beginning for place, beginning in enumerate(broad)}
    if () in either:
        return None
    if terms or either:
        found["match"] = express_for_sqlite(terms, either, values.get("speaker_id"))
    return found


def describe_for_postgresql(
    connection: Connection, values: dict[str, Any], terms: tuple[Term, ...], name: tuple[str, ...]
) -> dict[str, Any] | None:
    """Words by the full-text index, whose matches are in no order; speakers by their ids, unless too many."""
    found: dict[str, Any] = {"match": express_for_postgresql(terms)} if terms else {}
    if name:
        ids = find_speaker_ids(connection, name)
        if ids == {}:
            return None
        if ids is None:
            return found | {f"broad_{place}": beginning for place, beginning in enumerate(name)}
        if len(ids) > 1 and not terms and not values:
            return {"latest_of": list(ids), "rare": True}
        found |= {"one_speaker": next(iter(ids))} if len(ids) == 1 else {"speakers": list(ids)}
        if sum(ids.values()) <= FEW_OF_SPEAKERS and len(found) + len(ids) > 2:
            return found | {"rare": True}
    if has_rare_phrase(connection, terms):
        found["rare"] = True
    return found


def has_rare_phrase(connection: Connection, terms: tuple[Term, ...]) -> bool:
    """Whether few quotes have all words of the terms, as PostgreSQL estimates; of phrases it has no idea."""
    wanted = [term for term in terms if not term.excluded]
    if all(len(term.words) == 1 for term in wanted):
        return False
    words = tuple(Term((word,), False, False) for term in wanted for word in term.words)
    [plan] = connection.execute(ESTIMATE, {"match": express_for_postgresql(words)}).scalar_one()
    return bool(plan["Plan"]["Plan Rows"] <= FEW_MATCHES)
