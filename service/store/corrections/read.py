"""Reads corrections, as they are and as annotated news."""

from datetime import UTC, datetime, timedelta
from typing import Any

import regex
from sqlalchemy import Connection, Row, Select, bindparam, select, tuple_

from service.extractor.model import NAMELESS, Quote
from service.store.changes import AnnotatedArticle, AnnotatedKind, Annotation, CorrectionRecord
from service.store.corrections.apply import (
    OF_QUOTE,
    WITH_SPEAKER,
    find_corrections,
    find_readings,
    unpack_reading,
)
from service.store.database.keys import EPOCH, read_cursor, write_cursor
from service.store.database.tables import Moment, articles, corrections
from service.store.records import Page, PageRequest
from service.store.text.folding import is_storable

MICROSECOND = timedelta(microseconds=1)
NEWEST = WITH_SPEAKER.order_by(corrections.c.corrected_at.desc(), corrections.c.quote_id.desc()).limit(
    bindparam("limit")
)
BEFORE = NEWEST.where(
    tuple_(corrections.c.corrected_at, corrections.c.quote_id)
    < tuple_(bindparam("before", type_=Moment), bindparam("before_id"))
)
NEXT_ARTICLE: Select[Any] = select(articles.c.id, articles.c.text).where(
    articles.c.id
    == select(corrections.c.article_id)
    .where(corrections.c.article_id > bindparam("after"))
    .order_by(corrections.c.article_id)
    .limit(1)
    .scalar_subquery()
)


def get_correction(connection: Connection, quote_id: str) -> CorrectionRecord | None:
    if not is_storable(quote_id):
        return None
    row = connection.execute(OF_QUOTE, {"quote": quote_id}).one_or_none()
    return None if row is None else read_correction(row)


def list_corrections(
    connection: Connection, page: PageRequest, article: str | None, unplaced: bool | None
) -> Page[CorrectionRecord]:
    if article is not None and not is_storable(article):
        return Page((), None)
    listing = "corrections"
    values: dict[str, Any] = {"limit": page.limit + 1}
    if page.cursor is not None:
        microseconds, values["before_id"] = read_cursor(listing, page.cursor, int, str)
        values["before"] = read_moment(int(microseconds))
    statement = NEWEST if page.cursor is None else BEFORE
    if article is not None:
        statement = statement.where(corrections.c.article_id == article)
    if unplaced is not None:
        statement = statement.where(corrections.c.unplaced.is_(unplaced))
    rows = connection.execute(statement, values).all()
    shown = rows[: page.limit]
    further = None
    if len(rows) > page.limit:
        last = shown[-1]
        further = write_cursor(listing, (last.corrected_at - EPOCH) // MICROSECOND, last.quote_id)
    return Page(tuple(read_correction(row) for row in shown), further)


def read_moment(microseconds: int) -> datetime:
    """Read the moment of a cursor; no correction is beyond the range of a datetime."""
    try:
        return EPOCH + microseconds * MICROSECOND
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def read_correction(row: Row[Any]) -> CorrectionRecord:
    found = unpack_reading(row)
    found_speaker = found.quote.speaker.name if found.quote.speaker else None
    return CorrectionRecord(
        quote_id=row.quote_id,
        article_id=row.article_id,
        text=found.quote.text,
        rejected=row.rejected,
        unplaced=row.unplaced,
        corrects_kind=row.kind is not None,
        kind=row.kind or found.quote.kind,
        found_kind=found.quote.kind,
        corrects_speaker=row.corrects_speaker,
        speaker_id=row.speaker_id if row.corrects_speaker else found.speaker_id,
        speaker=row.speaker if row.corrects_speaker else found_speaker,
        found_speaker=found_speaker,
        reason=row.reason,
        corrected_at=row.corrected_at,
    )


def find_annotated_article(connection: Connection, after: str) -> AnnotatedArticle | None:
    """Return the next article, by id, with a corrected quote, and all its quotes."""
    row = connection.execute(NEXT_ARTICLE, {"after": after}).one_or_none()
    if row is None:
        return None
    by_hand = {one.quote_id: one for one in find_corrections(connection, row.id)}
    annotated = []
    for reading in find_readings(connection, row.id):
        correction = by_hand.get(reading.id) if reading.corrected else None
        renamed = correction is not None and correction.corrects_speaker
        annotated.append(annotate(reading.quote, row.text, reading.corrected, renamed))
    for correction in by_hand.values():
        if correction.rejected and not correction.unplaced:
            rejected = unpack_reading(correction)
            annotated.append(Annotation("other", cut_content(rejected.quote), (), (), None, True))
    return AnnotatedArticle(row.id, row.text, tuple(sorted(annotated, key=lambda one: one.content)))


def annotate(quote: Quote, text: str, corrected: bool, renamed: bool) -> Annotation:
    named = quote.speaker is not None and quote.speaker.kind not in NAMELESS
    kind: AnnotatedKind = quote.kind
    source: tuple[tuple[int, int], ...] = ()
    if renamed and quote.speaker is not None:
        source = find_source(text, quote.speaker.name, quote.segments[0].start)
    elif not renamed and quote.mention is not None:
        source = ((quote.mention.start, quote.mention.end),)
    return Annotation(
        kind=kind,
        content=cut_content(quote),
        source=source,
        cue=((quote.cue.start, quote.cue.end),) if quote.cue else (),
        speaker=quote.speaker.name if quote.speaker and named else None,
        corrected=corrected,
    )


def cut_content(quote: Quote) -> tuple[tuple[int, int], ...]:
    return tuple((span.start, span.end) for span in quote.segments)


def find_source(text: str, name: str, start: int) -> tuple[tuple[int, int], ...]:
    """Find the name of the speaker nearest to a quote: the full name or else its last word."""
    for words in (name, name.split()[-1]):
        pattern = rf"\b{regex.escape(words)}\b"
        places = [match.span() for match in regex.finditer(pattern, text)]
        if places:
            return (min(places, key=lambda place: abs(place[0] - start)),)
    return ()
