"""Bound values for the conditions that `read_quotes` writes.

Names and words are looked up first, so that the list itself is one walk along the best index there is.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, text

from service.store.database.bound_values import bind_values
from service.store.database.keys import FIRST_DIRECT_KEY, INDIRECT_BELOW, LEAST_KEY, first_key_at, last_key_at
from service.store.database.tables import quote_counts, quotes, speakers
from service.store.quotes.full_text import express_for_postgresql, express_for_sqlite, mark_speaker_id
from service.store.records import QuoteFilter, list_names
from service.store.speakers.find_by_name import (
    find_few_ids,
    find_ids_with_added,
    find_name_words,
    find_speaker_ids,
)
from service.store.speakers.write import find_members
from service.store.text.folding import is_storable, normalise_source
from service.store.text.query import Alternatives, Query, Term, list_terms, parse_name, parse_query
from service.store.text.roles import name_role

# Fewer quotes than this are looked up and sorted; more stand close enough in a list to be met along it.
FEW_QUOTES = 5_000
# The same for quotes of one speaker or several, which are each read to look for words.
FEW_OF_SPEAKERS = 1_000
# The same for words, where a look-up is one of the full-text index.
FEW_MATCHES = 4_000
ESTIMATE = text("EXPLAIN (FORMAT JSON) SELECT FROM quotes WHERE search @@ CAST(:match AS tsquery)")
CONFIDENT = select(quotes.c.key).where(quotes.c.confidence >= bindparam("min_confidence"))
COUNT_CONFIDENT, COUNT_CONFIDENT_INDIRECT = (
    select(func.count()).select_from(confident.limit(FEW_QUOTES + 1).subquery())
    for confident in (CONFIDENT, CONFIDENT.where(quotes.c.key < FIRST_DIRECT_KEY))
)
COUNT_RECENT = select(func.count()).select_from(
    select(quotes.c.added).where(quotes.c.added >= bindparam("since")).limit(FEW_QUOTES + 1).subquery()
)
OF_KIND = (
    select(quote_counts.c.kind)
    .where(quote_counts.c.kind == bindparam("kind"), quote_counts.c.quotes > 0)
    .limit(1)
)
GIVEN_IDS = select(speakers.c.id).where(speakers.c.external_id == bindparam("external_id"))
# With none of these a search is a walk along the keys, which is long where what is looked for is rare.
NARROWING = frozenset(
    (
        "article",
        "speaker_id",
        "members",
        "external_id",
        "given_id",
        "one_speaker",
        "speakers",
        "latest_of",
        "match",
        "listed",
        "role",
    )
)
# The quotes of one who was merged with nobody, or of all who were.
OF_SPEAKER_ID = frozenset(("speaker_id", "members"))
# What the index of a speaker's quotes answers beside the speaker.
BOUNDS = frozenset(("from_", "to", "before"))


def read_terms(wanted: QuoteFilter) -> Query:
    return () if wanted.q is None else parse_query(wanted.q)


def find_values(
    connection: Connection, wanted: QuoteFilter, terms: Query, before: int | None, floor: int | None = None
) -> Iterator[dict[str, Any]]:
    """Find the values of a search's conditions by name, for each range of keys that may have quotes.

    The range ends before one place and, going down, at the `floor`.
    """
    names = [parse_name(name, "speaker") for name in list_names(wanted.speaker)]
    sources = list_sources(wanted)
    if wanted.source is not None and not sources:
        return
    for name in names or [()]:
        for values in find_values_of(connection, wanted, terms, tuple(dict.fromkeys(name)), sources):
            indirect = values.pop("indirect")
            yield values | describe_range(wanted, indirect, before, floor)


def list_sources(wanted: QuoteFilter) -> list[str]:
    """List the sources as they are compared, each once, less those that no database can hold."""
    sources = (normalise_source(name) for name in list_names(wanted.source))
    return list(dict.fromkeys(name for name in sources if name is not None and is_storable(name)))


def find_values_of(
    connection: Connection, wanted: QuoteFilter, terms: Query, name: tuple[str, ...], sources: list[str]
) -> Iterator[dict[str, Any]]:
    """Find the values for one speaker's name, each for `indirect` quotes or for the others.

    Last come those of quotes that the speakers speak together with others.
    """
    values = describe_filter(wanted)
    texts = (*values.values(), wanted.speaker_id)
    if not all(is_storable(value) for value in texts if isinstance(value, str)):
        return
    values |= describe_sources(connection.dialect.name, sources)
    members: Sequence[str] = ()
    if wanted.speaker_id is not None:
        members = find_members(connection, wanted.speaker_id) or [wanted.speaker_id]
        values |= {"speaker_id": members[0]} if len(members) == 1 else {"members": members}
    ids = find_ids(connection, name) if name else None
    found = describe_search(connection, values, terms, name, ids)
    if found is None:
        return
    own = values | found
    for indirect in list_ranges(wanted):
        is_rare = is_confidence_rare(connection, own, indirect) or is_recent_rare(connection, own)
        rare = {"rare": True} if is_rare else {}
        for one in part_sources(own | rare, sources):
            yield one | {"indirect": indirect}
    if wanted.external_id is not None:
        by_id = {name: value for name, value in own.items() if name != "external_id"}
        for speaker_id in find_given(connection, wanted.external_id):
            for indirect in list_ranges(wanted):
                yield by_id | {"given_id": speaker_id, "indirect": indirect}
    if together := describe_together(connection, members, name, ids):
        values = {field: value for field, value in values.items() if field not in OF_SPEAKER_ID}
        values |= together | describe_words(connection.dialect.name, terms) | {"rare": True}
        for indirect in list_ranges(wanted):
            yield values | {"indirect": indirect}


def describe_sources(database: str, sources: list[str]) -> dict[str, Any]:
    if len(sources) > 1:
        return bind_values(database, sources, "sources")
    return {"source": sources[0]} if sources else {}


def part_sources(values: dict[str, Any], sources: list[str]) -> Iterator[dict[str, Any]]:
    """Part a search that nothing else narrows by sources: each is a walk along its own index."""
    if "sources" not in values or not NARROWING.isdisjoint(values):
        yield values
        return
    shared = {name: value for name, value in values.items() if name != "sources"}
    for source in sources:
        yield shared | {"source": source}


def list_ranges(wanted: QuoteFilter) -> tuple[bool, ...]:
    return (False, True) if wanted.kind == "any" else (wanted.kind == "indirect",)


def describe_together(
    connection: Connection, members: Sequence[str], name: tuple[str, ...], ids: Collection[str] | None
) -> dict[str, Any]:
    """The values for speakers as those who speak with others: `listed` by id, else by words of the name."""
    database = connection.dialect.name
    if members:
        return bind_values(database, members)
    if name and ids is None and database == "sqlite":
        ids = find_speaker_ids(connection, name)
    if name and ids is not None:
        return bind_values(database, list(ids))
    return {f"together_{place}": beginning for place, beginning in enumerate(name)}


def find_ids(connection: Connection, name: tuple[str, ...]) -> Mapping[str, int] | None:
    """The speakers with a name, and how many quotes each has, if it is known; None if they are too many."""
    if connection.dialect.name != "sqlite":
        return find_speaker_ids(connection, name)
    few = find_few_ids(connection, name)
    return None if few is None else dict.fromkeys(few, 0)


def find_given(connection: Connection, external_id: str) -> list[str]:
    """The speakers to whom people gave an external id, with all who are merged with them."""
    ids = connection.execute(GIVEN_IDS, {"external_id": external_id}).scalars().all()
    return sorted({member for speaker_id in ids for member in find_members(connection, speaker_id)})


def describe_words(database: str, terms: Query) -> dict[str, Any]:
    """The value for words alone, as each database looks them up."""
    if not terms:
        return {}
    if database == "sqlite":
        return {"match": express_for_sqlite(terms, (), None)}
    return {"match": express_for_postgresql(terms)}


def describe_filter(wanted: QuoteFilter) -> dict[str, Any]:
    """Return the values of the filter's conditions, by the names that `select_page` knows."""
    values: dict[str, Any] = {
        "article": wanted.article,
        "external_id": wanted.external_id,
        "kind": wanted.kind if wanted.kind in ("direct", "mixed") else None,
        "min_confidence": wanted.min_confidence,
        "unique": wanted.unique or None,
        "oldest": True if wanted.order == "oldest" else None,
        "by_added": True if wanted.order == "added" else None,
        "since": None if wanted.since is None else first_key_at(wanted.since),
        "undated": wanted.undated or None,
        # What has no date is in no range of dates.
        "dated": wanted.undated is False or bool(wanted.from_ or wanted.to) or None,
        "role": wanted.role and name_role(wanted.role),
        "gender": None if wanted.gender == "unknown" else wanted.gender,
        "no_gender": wanted.gender == "unknown" or None,
        "speaker_kind": wanted.speaker_kind,
    }
    return {field: value for field, value in values.items() if value is not None}


def describe_range(
    wanted: QuoteFilter, indirect: bool, before: int | None, floor: int | None = None
) -> dict[str, int]:
    """The same for dates and the places between which a page is, as keys of indirect or other quotes."""
    first = FIRST_DIRECT_KEY if wanted.from_ is None else first_key_at(wanted.from_)
    first = first if floor is None else max(first, floor)
    last = None if wanted.to is None else last_key_at(wanted.to)
    if indirect:
        first -= INDIRECT_BELOW
        last = FIRST_DIRECT_KEY - 1 if last is None else last - INDIRECT_BELOW
        before = None if before is None else max(before - INDIRECT_BELOW, LEAST_KEY)
    values = {"from_": first, "to": last, "before": before}
    return {field: value for field, value in values.items() if value is not None}


def describe_search(
    connection: Connection,
    values: dict[str, Any],
    terms: Query,
    name: tuple[str, ...],
    ids: Mapping[str, int] | None,
) -> dict[str, Any] | None:
    """The same for words and names, as the database looks them up best; None when nothing can be found."""
    if connection.dialect.name == "sqlite":
        found = describe_for_sqlite(connection, values, terms, name, ids)
    else:
        found = describe_for_postgresql(connection, values, terms, name, ids)
    if found is None or not NARROWING.isdisjoint(values | found):
        return found
    if "kind" in values and connection.execute(OF_KIND, {"kind": values["kind"]}).first() is None:
        return None
    return found


def is_confidence_rare(connection: Connection, values: dict[str, Any], indirect: bool) -> bool:
    """Whether few quotes are as confident as asked for, where nothing else narrows the search."""
    count = COUNT_CONFIDENT_INDIRECT if indirect else COUNT_CONFIDENT
    return are_few(connection, count, "min_confidence", values)


def is_recent_rare(connection: Connection, values: dict[str, Any]) -> bool:
    """Whether few quotes were stored since the moment asked for, where nothing else narrows the search."""
    return are_few(connection, COUNT_RECENT, "since", values)


def are_few(connection: Connection, count: Select[Any], field: str, values: dict[str, Any]) -> bool:
    """Whether few quotes meet one condition, which is asked for and nothing that narrows the search is."""
    if field not in values or not NARROWING.isdisjoint(values):
        return False
    return bool(connection.execute(count, {field: values[field]}).scalar_one() <= FEW_QUOTES)


def describe_for_sqlite(
    connection: Connection,
    values: dict[str, Any],
    terms: Query,
    name: tuple[str, ...],
    ids: Mapping[str, int] | None,
) -> dict[str, Any] | None:
    """Use the full-text index, which has the ids of speakers and the words of their names.

    A single speaker, and a prefix that most names have, are not looked up in it.
    """
    found: dict[str, Any] = {}
    either: list[tuple[str, ...]] = []
    if ids is not None and len(ids) == 1 and not terms and "members" not in values:
        return {"one_speaker": next(iter(ids))}
    if ids is not None:
        either = [mark_speaker_ids(ids)]
    else:
        words = find_words_or_ids(connection, name)
        either = [words for words in words.values() if words is not None]
        broad = [beginning for beginning, words in words.items() if words is None]
        found = {f"broad_{place}": beginning for place, beginning in enumerate(broad)}
    if "members" in values:
        either.append(mark_speaker_ids(values["members"]))
    if () in either:
        return None
    if terms or either:
        found["match"] = express_for_sqlite(terms, either, values.get("speaker_id"))
    return found


def mark_speaker_ids(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(mark_speaker_id(speaker_id) for speaker_id in ids)


def find_words_or_ids(connection: Connection, name: tuple[str, ...]) -> dict[str, tuple[str, ...] | None]:
    """Find for each beginning the words that the index of quotes has, and the ids of speakers whose quotes

    have none of them: a merge, or a person, gave them the name later.  None if they are too many.
    """
    found = find_name_words(connection, name)
    for beginning, words in found.items():
        ids = None if words is None else find_ids_with_added(connection, beginning)
        found[beginning] = None if words is None or ids is None else (*words, *mark_speaker_ids(ids))
    return found


def describe_for_postgresql(
    connection: Connection,
    values: dict[str, Any],
    terms: Query,
    name: tuple[str, ...],
    ids: Mapping[str, int] | None,
) -> dict[str, Any] | None:
    """Use the full-text index, whose matches are in no order, for words; ids for speakers, unless many."""
    found: dict[str, Any] = {"match": express_for_postgresql(terms)} if terms else {}
    if not name and not terms and values.keys() == {"members"}:
        return {"latest_of": values.pop("members"), "rare": True}
    if name:
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


def has_rare_phrase(connection: Connection, terms: Query) -> bool:
    """Whether few quotes have all words of the terms, as PostgreSQL estimates; of phrases it has no idea."""
    if all(len(term.words) == 1 for term in list_terms(terms)):
        return False
    words = part_phrases(terms)
    [plan] = connection.execute(ESTIMATE, {"match": express_for_postgresql(words)}).scalar_one()
    return bool(plan["Plan"]["Plan Rows"] <= FEW_MATCHES)


def part_phrases(query: Query) -> Query:
    """The same query with the words of each phrase in any order, and nothing excluded."""
    parts: list[Term | Alternatives] = []
    for part in query:
        if part.excluded:
            continue
        if isinstance(part, Term):
            parts += [Term((word,), False, False) for word in part.words]
        else:
            parts.append(Alternatives(tuple(part_phrases(one) for one in part.queries)))
    return tuple(parts)
