"""The quotes of articles as they are stored, inside the caller's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, Connection, Select, bindparam, delete, select, union_all

from service.extractor import Extraction, Quote, Span
from service.store import quotations
from service.store.copying import insert_rows
from service.store.identities import digest_identity
from service.store.order import FIRST_SPOKEN_KEY, TOLD_BELOW, find_free_keys
from service.store.quotations import OCCURRENCES, Occurrence
from service.store.tables import articles, quotes
from service.store.tally import Tally
from service.store.wordings import read_wording
from service.store.words import index_words
from service.store.write_speakers import Voice, derive_speaker_id, insert_speakers

FIRST, LAST = bindparam("first", type_=BigInteger), bindparam("last", type_=BigInteger)
TAKEN_BY_ARTICLES = select(articles.c.key).where(articles.c.key.between(FIRST, LAST)).limit(1)
TAKEN_BY_QUOTES = union_all(
    *(
        select(select(quotes.c.key).where(quotes.c.key.between(first, last)).limit(1).subquery().c.key)
        for first, last in ((FIRST, LAST), (FIRST - TOLD_BELOW, LAST - TOLD_BELOW))
    )
)
FIND_COUNTED: Select[Any] = OCCURRENCES.add_columns(quotes.c.kind, quotes.c.rule).where(
    quotes.c.article_id == bindparam("id")
)


@dataclass(frozen=True, slots=True)
class Site:
    """What quotes take from their article; `moment` is where they stand in lists."""

    id: str
    source_name: str | None
    moment: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """A quote with its id and that of its speaker before merges, and which extractor read it."""

    id: str
    quote: Quote
    speaker_id: str | None
    extractor_version: str
    corrected: bool = False


class KeyClaims:
    """Hands out keys of a table that no row has, nor another claim of the same transaction."""

    def __init__(self, connection: Connection, taken: Select[Any] | CompoundSelect[Any]) -> None:
        self._connection = connection
        self._taken = taken
        self._claimed: set[int] = set()

    def claim(self, moment: datetime, identity: str, number: int) -> int:
        """The first of so many keys in a row."""
        first = find_free_keys(moment, identity, number, self._is_free)
        self._claimed.update(range(first, first + number))
        return first

    def _is_free(self, first: int, last: int) -> bool:
        if not self._claimed.isdisjoint(range(first, last + 1)):
            return False
        return self._connection.execute(self._taken, {"first": first, "last": last}).first() is None


def read_extraction(extraction: Extraction, article_id: str, version: str) -> list[Reading]:
    return [
        Reading(
            derive_quote_id(quote, article_id),
            quote,
            derive_speaker_id(quote.speaker, article_id) if quote.speaker else None,
            version,
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
    read = [reading for _, readings in given for reading in readings]
    named = {
        reading.speaker_id: reading.quote.speaker
        for reading in read
        if reading.speaker_id and reading.quote.speaker
    }
    voices = insert_speakers(connection, named, tally)
    keys = KeyClaims(connection, TAKEN_BY_QUOTES)
    rows: list[dict[str, Any]] = []
    for site, readings in given:
        if not readings:
            continue
        first = keys.claim(site.moment, site.id, len(readings))
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
        "words": index_words(quote.text),
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
