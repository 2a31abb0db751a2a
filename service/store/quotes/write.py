"""The quotes of articles as they are stored, inside the caller's transaction."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from typing import Any, Protocol

from sqlalchemy import Connection, Delete, Row, Select, bindparam, delete

from service.extractor import Extraction, Quote, Speaker
from service.extractor.model import QuoteKind
from service.store.counts import Tally
from service.store.database.bound_values import bind_values, is_listed
from service.store.database.change_numbers import take_numbers
from service.store.database.identities import digest_identity
from service.store.database.insert_rows import insert_rows
from service.store.database.key_claims import KeyClaims, KeyRequest, Stretch
from service.store.database.keys import (
    FIRST_DIRECT_KEY,
    INDIRECT_BELOW,
    LEAST_KEY,
    first_key_at,
    last_key_at,
    place_of,
)
from service.store.database.tables import quotes
from service.store.quotations import occurrences as quotations
from service.store.quotations.occurrences import OCCURRENCES, Occurrence
from service.store.quotations.wordings import read_wording
from service.store.quotes.packing import pack_candidates, pack_quote
from service.store.records import PersonReference
from service.store.speakers.co_speakers import find_co_speakers, insert_co_speakers, remove_co_speakers
from service.store.speakers.write import Voice, derive_speaker_id, find_roots, insert_speakers
from service.store.text.folding import index_words

COUNTED: Select[Any] = OCCURRENCES.add_columns(
    quotes.c.speaker_id, quotes.c.kind, quotes.c.rule, quotes.c.co_speakers, quotes.c.added
)
COUNTED_OF_ARTICLE = COUNTED.where(quotes.c.article_id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class ArticleFields:
    """The fields that quotes take from their article.

    Their place in lists is when it was published or, if unknown, added; `before` are the previous keys of the
    article's quotes.
    """

    id: str
    source_name: str | None
    published_at: datetime | None
    added_at: datetime
    before: Stretch | None = None

    @property
    def moment(self) -> datetime:
        return self.published_at or self.added_at


@dataclass(frozen=True, slots=True)
class Reading:
    """A quote with its id, the id of its speaker before merges, and which extractor read it.

    `words` is what the full-text index holds of it, `place` its key if it is stored;
    `co_speaker_ids` are those of its co-speakers before merges.
    """

    id: str
    quote: Quote
    speaker_id: str | None
    extractor_version: str
    words: str
    corrected: bool = False
    place: int | None = field(default=None, compare=False)
    co_speaker_ids: tuple[str, ...] = ()
    external_id: str | None = None
    candidates: tuple[PersonReference, ...] = ()

    @property
    def start(self) -> int:
        return self.quote.segments[0].start


class Placed(Protocol):
    """A quote of which no more is known than where it begins in its article, and its key if it is stored."""

    @property
    def id(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def place(self) -> int | None: ...


def read_extraction(extraction: Extraction, article_id: str, version: str) -> list[Reading]:
    return [
        Reading(
            derive_quote_id(quote, article_id),
            replace(quote, co_speakers=tuple(map(name_alone, quote.co_speakers))),
            derive_speaker_id(quote.speaker, article_id) if quote.speaker else None,
            version,
            index_words(quote.text),
            co_speaker_ids=tuple(derive_speaker_id(other, article_id) for other in quote.co_speakers),
        )
        for quote in extraction.quotes
    ]


def leave_out_gender(extraction: Extraction) -> Extraction:
    quotes_without = (
        replace(quote, speaker=quote.speaker and replace(quote.speaker, gender=None, gender_evidence=None))
        for quote in extraction.quotes
    )
    return replace(extraction, quotes=tuple(quotes_without))


def name_alone(speaker: Speaker) -> Speaker:
    """The speaker without what the article says of them."""
    return Speaker(speaker.name, speaker.kind)


def count_direct(readings: Iterable[Reading]) -> int:
    """Count an article's direct and mixed quotes, as lists do."""
    return sum(reading.quote.kind != "indirect" for reading in readings)


def derive_quote_id(quote: Quote, article_id: str) -> str:
    """Derive an id that stays the same while the article's text and the first segment do."""
    first = quote.segments[0]
    return "q" + digest_identity(f"{article_id}\0{first.start}\0{first.end}")


def replace_quotes(
    connection: Connection,
    article: ArticleFields,
    before: Sequence[Reading],
    after: Sequence[Reading],
    tally: Tally,
    others: Sequence[Placed] = (),
) -> bool:
    """Replace quotes of an article; those that are the same before and after are not written.

    `others` are those that stay as they are.  False, and nothing is written, if they leave no room.
    """
    places = find_places_among(connection, article, before, after, others)
    if places is None:
        if others:
            return False
        kept = remove_quotes(connection, article.id, tally)
        insert_quotes(connection, [(replace(article, before=kept), list(after))], tally)
        return True
    stored = {one.id: one for one in before}
    new = [(one, place) for one, place in zip(after, places, strict=True) if stored.get(one.id) != one]
    same = {one.id for one in after} - {one.id for one, _ in new}
    gone = [one for one in before if one.id not in same]
    keys = [key_of(one.quote.kind, one.place) for one in gone if one.place is not None]
    remove_rows(connection, find_rows(connection, keys), tally)
    voices = insert_speakers(connection, find_named([(article, [one for one, _ in new])]), tally)
    write_quotes(connection, [(one, article, place) for one, place in new], voices, tally)
    return True


def find_places_among(
    connection: Connection,
    article: ArticleFields,
    before: Sequence[Reading],
    after: Sequence[Reading],
    others: Sequence[Placed],
) -> list[int] | None:
    """Find keys for quotes among others of their article, in the order of its text."""
    if not others:
        return find_places(connection, article, before, after)
    stored = {one.id: one.place for one in (*before, *others)}
    # Those that begin with the same word stay in their order, new ones behind them.
    order = sorted((*after, *others), key=lambda one: (one.start, -(stored.get(one.id) or LEAST_KEY)))
    places = find_places(connection, article, (*before, *others), order)
    if places is None:
        return None
    of_id = dict(zip((one.id for one in order), places, strict=True))
    return [of_id[one.id] for one in after]


def find_places(
    connection: Connection, article: ArticleFields, before: Sequence[Placed], after: Sequence[Placed]
) -> list[int] | None:
    """Find keys for an article's quotes so that stored ones keep theirs; None if there is no room."""
    stored = {one.id: one.place for one in before}
    known = [place for one in after if (place := stored.get(one.id)) is not None]
    if not known or any(one <= other for one, other in pairwise(known)):
        return None
    places: list[int] = []
    left = iter(known)
    missing = 0
    for one in after:
        if stored.get(one.id) is None:
            missing += 1
            continue
        place = next(left)
        # Behind the one before, or, where there is none, just ahead of this one.
        first = places[-1] if places else place + missing + 1
        if first - missing <= place:
            return None
        places += [*range(first - 1, first - 1 - missing, -1), place]
        missing = 0
    places += range(places[-1] - 1, places[-1] - 1 - missing, -1)
    outside = [place for place in places if not known[-1] <= place <= known[0]]
    is_theirs = all(first_key_at(article.moment) <= place <= last_key_at(article.moment) for place in outside)
    return places if is_theirs and not are_taken(connection, outside) else None


def are_taken(connection: Connection, places: Collection[int]) -> bool:
    keys = [place - below for place in places for below in (0, INDIRECT_BELOW)]
    return bool(keys) and bool(find_rows(connection, keys))


def find_rows(connection: Connection, keys: Collection[int]) -> Sequence[Row[Any]]:
    database = connection.dialect.name
    return connection.execute(select_rows(database), bind_values(database, keys)).all() if keys else ()


@cache
def select_rows(database: str) -> Select[Any]:
    return COUNTED.where(is_listed(database, quotes.c.key))


@cache
def delete_rows(database: str) -> Delete:
    return delete(quotes).where(is_listed(database, quotes.c.key))


def remove_quotes(connection: Connection, article_id: str, tally: Tally) -> Stretch | None:
    """Remove the quotes of an article, and return the keys that they had."""
    rows = connection.execute(COUNTED_OF_ARTICLE, {"id": article_id}).all()
    remove_rows(connection, rows, tally)
    places = [place_of(row.key) for row in rows]
    return Stretch(min(places), max(places) - min(places) + 1) if places else None


def remove_rows(connection: Connection, rows: Sequence[Row[Any]], tally: Tally) -> None:
    if not rows:
        return
    together = find_co_speakers(connection, rows)
    roots = find_roots(connection, {row.speaker_id for row in rows if row.speaker_id})
    for row in rows:
        root = roots.get(row.speaker_id, row.speaker_id)
        count_quote(tally, root, row.kind, row.rule, {one.id for one in together.get(row.key, ())}, -1)
    tally.removed |= {row.id: row.added for row in rows}
    remove_co_speakers(connection, together)
    database = connection.dialect.name
    connection.execute(delete_rows(database), bind_values(database, [row.key for row in rows]))
    direct = [read_occurrence(row) for row in rows if row.key >= FIRST_DIRECT_KEY]
    quotations.remove_occurrences(connection, direct)


def read_occurrence(row: Row[Any]) -> Occurrence:
    fields: tuple[Any, ...] = tuple(row)
    return Occurrence(*fields[: len(Occurrence._fields)])


def insert_quotes(
    connection: Connection, given: Sequence[tuple[ArticleFields, list[Reading]]], tally: Tally
) -> None:
    """Insert the quotes of articles that have none."""
    voices = insert_speakers(connection, find_named(given), tally)
    quoted = [(article, readings) for article, readings in given if readings]
    placed: list[tuple[Reading, ArticleFields, int]] = []
    claims = KeyClaims(connection, quotes.c.key, (0, INDIRECT_BELOW))
    wanted = [KeyRequest(article.moment, len(readings), article.before) for article, readings in quoted]
    for (article, readings), first in zip(quoted, claims.claim(wanted), strict=True):
        # The first quote has the highest key, as lists run from the newest.
        placed += ((reading, article, first + place) for place, reading in enumerate(reversed(readings)))
    write_quotes(connection, placed, voices, tally)


def write_quotes(
    connection: Connection,
    placed: Iterable[tuple[Reading, ArticleFields, int]],
    voices: dict[str, Voice],
    tally: Tally,
) -> None:
    """Insert new quotes in their places, with their quotations and co-speakers."""
    rows: list[dict[str, Any]] = []
    together: list[dict[str, Any]] = []
    for reading, article, place in placed:
        row = describe_quote(reading, article, place, voices)
        others = describe_co_speakers(reading, row["key"])
        ids = {voices[other].id for other in reading.co_speaker_ids}
        count_quote(tally, row["grouped_by"] or row["speaker_id"], row["kind"], row["rule"], ids, 1)
        rows.append(row)
        together += others
    # By rising key, which is what the full-text index takes in one go.
    rows.sort(key=lambda row: int(row["key"]))
    if rows:
        number_rows(connection, rows, tally)
        place_in_quotations(connection, rows)
        insert_rows(connection, quotes, rows)
    insert_co_speakers(connection, together)


def number_rows(connection: Connection, rows: list[dict[str, Any]], tally: Tally) -> None:
    """Number rows as the last changes; a quote that was removed before keeps its first number."""
    first = take_numbers(connection, datetime.now(UTC), len(rows))
    for number, row in enumerate(rows, first):
        row["changed"] = number
        row["added"] = tally.removed.get(row["id"], number)
    tally.written.update(row["id"] for row in rows)


def count_quote(
    tally: Tally, speaker_id: str | None, kind: str, rule: str, co_speakers: Collection[str], number: int
) -> None:
    """Count a quote, or with -1 one that goes, once for each who speaks it."""
    tally.add(speaker_id, kind, rule, number)
    for other in co_speakers:
        if other != speaker_id:
            tally.count(other, kind, number)


def find_named(given: Sequence[tuple[ArticleFields, list[Reading]]]) -> dict[str, set[Speaker]]:
    """Return the named speakers of quotes by id, with each spelling of the name."""
    named: defaultdict[str, set[Speaker]] = defaultdict(set)
    for _, readings in given:
        for reading in readings:
            if reading.speaker_id and reading.quote.speaker:
                named[reading.speaker_id].add(name_alone(reading.quote.speaker))
            for speaker_id, speaker in zip(reading.co_speaker_ids, reading.quote.co_speakers, strict=True):
                named[speaker_id].add(speaker)
    return named


def place_in_quotations(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Give the rows of new quotes their wordings and quotations.

    Indirect quotes are in no group: their key, below all quotation ids, takes the place of both.
    """
    direct = [row for row in rows if row["key"] >= FIRST_DIRECT_KEY]
    speakers = [row["grouped_by"] or row["speaker_id"] for row in direct]
    wordings = [
        read_wording(row["words"], speaker_id, row["id"])
        for row, speaker_id in zip(direct, speakers, strict=True)
    ]
    found = quotations.add_occurrences(connection, zip(wordings, speakers, strict=True))
    for row in rows:
        row |= {"wording": row["key"], "quotation": row["key"]}
    for row, wording in zip(direct, wordings, strict=True):
        row |= {"wording": wording.key, "quotation": found[wording.key]}


def key_of(kind: QuoteKind, place: int) -> int:
    return place - INDIRECT_BELOW if kind == "indirect" else place


def describe_quote(
    reading: Reading, article: ArticleFields, key: int, voices: dict[str, Voice]
) -> dict[str, Any]:
    """Return the row of a quote."""
    quote = reading.quote
    voice = voices[reading.speaker_id] if reading.speaker_id else None
    return {
        "key": key_of(quote.kind, key),
        "id": reading.id,
        "article_id": article.id,
        "speaker_id": reading.speaker_id,
        "grouped_by": voice.id if voice and voice.id != reading.speaker_id else None,
        "source_name": article.source_name,
        **pack_quote(quote),
        "words": reading.words,
        "speaker_words": voice.words if voice else "",
        "extractor_version": reading.extractor_version,
        "corrected": reading.corrected,
        "co_speakers": len(reading.co_speaker_ids),
        "external_id": reading.external_id,
        "candidates": pack_candidates(reading.candidates),
        "undated": article.published_at is None,
    }


def describe_co_speakers(reading: Reading, key: int) -> list[dict[str, Any]]:
    """The rows of those who speak a quote together with its speaker."""
    return [
        {"quote_key": key, "place": place, "speaker_id": own_id}
        for place, own_id in enumerate(reading.co_speaker_ids)
    ]
