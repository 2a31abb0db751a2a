"""The quotes of articles as they are stored, inside the caller's transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Select, bindparam, delete, or_, select

from service.extractor import Extraction, Quote, Span, Speaker
from service.store import quotations
from service.store.copying import insert_rows
from service.store.identities import digest_identity
from service.store.listed import NUMBER, Columns, bind_rows, list_table
from service.store.order import FIRST_SPOKEN_KEY, TOLD_BELOW, find_free_keys, propose_key
from service.store.quotations import OCCURRENCES, Occurrence
from service.store.tables import quotes
from service.store.tally import Tally
from service.store.wordings import read_wording
from service.store.words import index_words
from service.store.write_speakers import Voice, derive_speaker_id, insert_speakers

RANGES: Columns = {"first": NUMBER, "last": NUMBER}
FIND_COUNTED: Select[Any] = OCCURRENCES.add_columns(quotes.c.kind, quotes.c.rule).where(
    quotes.c.article_id == bindparam("id")
)

Range = tuple[int, int]  # of keys, both inclusive


@dataclass(frozen=True, slots=True)
class Site:
    """What quotes take from their article; `moment` is where they stand in lists."""

    id: str
    source_name: str | None
    moment: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """A quote with its id, the id of its speaker before merges, and which extractor read it.

    `words` is what the full-text index holds of it.
    """

    id: str
    quote: Quote
    speaker_id: str | None
    extractor_version: str
    words: str
    corrected: bool = False


class KeyClaims:
    """Hands out keys of a table that no row has, nor another claim of the same transaction.

    A row has a key of a range, or of one of those that lie so far `below`.
    """

    def __init__(self, connection: Connection, keys: Column[Any], below: tuple[int, ...] = (0,)) -> None:
        self._connection = connection
        self._statement = select_taken(connection.dialect.name, keys, below)
        self._claimed: set[int] = set()
        self._taken: dict[Range, bool] = {}

    def claim(self, wanted: Sequence[tuple[datetime, str, int]]) -> list[int]:
        """For each moment and identity the first of so many keys in a row."""
        proposed = [(propose_key(moment, identity, 0, number), number) for moment, identity, number in wanted]
        self._ask([(first, first + number - 1) for first, number in proposed])
        return [self._claim_one(*one) for one in wanted]

    def _claim_one(self, moment: datetime, identity: str, number: int) -> int:
        first = find_free_keys(moment, identity, number, self._is_free)
        self._claimed.update(range(first, first + number))
        return first

    def _is_free(self, first: int, last: int) -> bool:
        if not self._claimed.isdisjoint(range(first, last + 1)):
            return False
        if (first, last) not in self._taken:
            self._ask([(first, last)])
        return not self._taken[first, last]

    def _ask(self, ranges: Sequence[Range]) -> None:
        values = bind_rows(self._connection.dialect.name, RANGES, ranges)
        taken = {(row.first, row.last) for row in self._connection.execute(self._statement, values)}
        self._taken |= {one: one in taken for one in ranges}


@cache
def select_taken(database: str, keys: Column[Any], below: tuple[int, ...]) -> Select[Any]:
    """Those of the ranges in which there is a row."""
    listed = list_table(database, RANGES)
    found = (
        select(keys).where(keys.between(listed.c.first - lower, listed.c.last - lower)).limit(1)
        for lower in below
    )
    taken = or_(*(one.scalar_subquery().is_not(None) for one in found))
    return select(listed.c.first, listed.c.last).where(taken)


def read_extraction(extraction: Extraction, article_id: str, version: str) -> list[Reading]:
    return [
        Reading(
            derive_quote_id(quote, article_id),
            quote,
            derive_speaker_id(quote.speaker, article_id) if quote.speaker else None,
            version,
            index_words(quote.text),
        )
        for quote in extraction.quotes
    ]


def count_spoken(readings: Iterable[Reading]) -> int:
    """How many quotes an article has, as lists count them: what it retells is left out."""
    return sum(reading.quote.kind != "indirect" for reading in readings)


def derive_quote_id(quote: Quote, article_id: str) -> str:
    """The same as long as the article's text and the quote's first segment are."""
    first = quote.segments[0]
    return "q" + digest_identity(f"{article_id}\0{first.start}\0{first.end}")


def remove_quotes(connection: Connection, article_id: str, tally: Tally) -> None:
    rows = connection.execute(FIND_COUNTED, {"id": article_id}).all()
    for row in rows:
        tally.add(row.speaker_id, row.kind, row.rule, -1)
    connection.execute(delete(quotes).where(quotes.c.article_id == article_id))
    spoken = [Occurrence(*row[:-2]) for row in rows if row.key >= FIRST_SPOKEN_KEY]
    quotations.remove_quotes(connection, spoken)


def insert_quotes(connection: Connection, given: Sequence[tuple[Site, list[Reading]]], tally: Tally) -> None:
    """Insert the quotes of articles that have none."""
    voices = insert_speakers(connection, find_named(given), tally)
    quoted = [(site, readings) for site, readings in given if readings]
    rows: list[dict[str, Any]] = []
    claims = KeyClaims(connection, quotes.c.key, (0, TOLD_BELOW))
    wanted = [(site.moment, site.id, len(readings)) for site, readings in quoted]
    for (site, readings), first in zip(quoted, claims.claim(wanted), strict=True):
        # The first quote has the highest key, as lists run from the newest.
        rows += (
            describe_quote(reading, site, first + place, voices)
            for place, reading in enumerate(reversed(readings))
        )
    # By rising key, which is what the full-text index takes in one go.
    rows.sort(key=lambda row: int(row["key"]))
    if rows:
        place_in_quotations(connection, rows)
        insert_rows(connection, quotes, rows)
    for row in rows:
        tally.add(row["speaker_id"], row["kind"], row["rule"])


def find_named(given: Sequence[tuple[Site, list[Reading]]]) -> dict[str, set[Speaker]]:
    """Who speaks, by their ids, in each spelling of the name."""
    named: defaultdict[str, set[Speaker]] = defaultdict(set)
    for _, readings in given:
        for reading in readings:
            if reading.speaker_id and reading.quote.speaker:
                named[reading.speaker_id].add(reading.quote.speaker)
    return named


def place_in_quotations(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Give the rows of new quotes their wordings and quotations.

    What is told is in nobody's words: its key, below those of all quotations, stands for both.
    """
    spoken = [row for row in rows if row["key"] >= FIRST_SPOKEN_KEY]
    wordings = [read_wording(row["words"], row["speaker_id"], row["id"]) for row in spoken]
    speakers = [row["speaker_id"] for row in spoken]
    found = quotations.add_quotes(connection, zip(wordings, speakers, strict=True))
    for row in rows:
        row |= {"wording": row["key"], "quotation": row["key"]}
    for row, wording in zip(spoken, wordings, strict=True):
        row |= {"wording": wording.key, "quotation": found[wording.key]}


def describe_quote(reading: Reading, site: Site, key: int, voices: dict[str, Voice]) -> dict[str, Any]:
    """The row of a quote."""
    quote = reading.quote
    voice = voices[reading.speaker_id] if reading.speaker_id else None
    return {
        "key": key - TOLD_BELOW if quote.kind == "indirect" else key,
        "id": reading.id,
        "article_id": site.id,
        "speaker_id": voice and voice.id,
        "merged_from": reading.speaker_id if voice and voice.id != reading.speaker_id else None,
        "source_name": site.source_name,
        "kind": quote.kind,
        "rule": quote.rule,
        "confidence": quote.confidence,
        "segments": pack_segments(quote),
        **describe_span("mention", quote.mention),
        **describe_span("cue", quote.cue),
        **describe_span("clause", quote.clause),
        "text": quote.text,
        "words": reading.words,
        "speaker_words": voice.words if voice else "",
        "extractor_version": reading.extractor_version,
        "corrected": reading.corrected,
    }


def describe_span(name: str, span: Span | None) -> dict[str, Any]:
    start, end, text = (span.start, span.end, span.text) if span else (None, None, None)
    return {f"{name}_start": start, f"{name}_end": end, f"{name}_text": text}


def pack_segments(quote: Quote) -> list[list[int | str]]:
    """The segments as they are stored: without the text of one that is the whole quote."""
    return [
        [span.start, span.end] if span.text == quote.text else [span.start, span.end, span.text]
        for span in quote.segments
    ]


def unpack_segments(segments: Iterable[Sequence[Any]], text: str) -> tuple[Span, ...]:
    return tuple(Span(start, end, *(own or [text])) for start, end, *own in segments)


def unpack_span(start: int | None, end: int | None, text: str | None) -> Span | None:
    return None if start is None or end is None or text is None else Span(start, end, text)
