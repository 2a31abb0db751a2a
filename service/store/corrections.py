"""Quotes put right by hand, and how what people said outlives extraction anew.

A correction keeps the quote as the extractor found it.  It holds for whatever extraction finds with the same
first segment, or much the same; where that finds nothing any more, but the words still stand in the article,
the quote that was corrected is kept.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, update

from service.extractor import Quote, Span, Speaker
from service.store.changes import QuoteChange, SpeakerChoice
from service.store.errors import InvalidChange
from service.store.order import place_of
from service.store.tables import articles, corrections, quotes, speakers
from service.store.tally import Tally, write_tally
from service.store.words import NAME_LENGTH, index_words, is_storable, name_words
from service.store.write_quotes import (
    Reading,
    Site,
    count_spoken,
    insert_quotes,
    remove_quotes,
    unpack_segments,
    unpack_span,
)
from service.store.write_speakers import derive_speaker_id, insert_speakers

REASON_LENGTH = 1_000
# Two first segments that share this much of the characters of both are the same quote, cut differently.
MUCH_THE_SAME = 0.5

WITH_SPEAKER: Select[Any] = select(
    corrections, speakers.c.name.label("speaker"), speakers.c.kind.label("speaker_kind")
).outerjoin_from(corrections, speakers, speakers.c.id == corrections.c.speaker_id)
OF_ARTICLE = WITH_SPEAKER.where(corrections.c.article_id == bindparam("article")).order_by(
    corrections.c.quote_id
)
OF_QUOTE = WITH_SPEAKER.where(corrections.c.quote_id == bindparam("quote"))
# The speaker before merges.
READINGS: Select[Any] = select(
    quotes, speakers.c.id.label("own_id"), speakers.c.name, speakers.c.kind.label("own_kind")
).outerjoin_from(quotes, speakers, speakers.c.id == func.coalesce(quotes.c.merged_from, quotes.c.speaker_id))
READINGS_OF_ARTICLE = READINGS.where(quotes.c.article_id == bindparam("article"))
READING = READINGS.where(quotes.c.id == bindparam("quote"))
FIND_SITE: Select[Any] = select(
    articles.c.id, articles.c.source_name, articles.c.published_at, articles.c.added_at, articles.c.text
).where(articles.c.id == bindparam("article"))


def correct_quote(connection: Connection, quote_id: str, change: QuoteChange) -> bool:
    """Store a correction and what it makes of the article's quotes; False if there is no such quote."""
    check_change(change)
    if not is_storable(quote_id):
        return False
    before = connection.execute(OF_QUOTE, {"quote": quote_id}).one_or_none()
    quoted = connection.execute(READING, {"quote": quote_id}).one_or_none()
    tally = Tally()
    if before is not None and (quoted is None or is_same(before, read_row(quoted))):
        article_id, changed = before.article_id, unpack_reading(before)
        values = describe_change(connection, change, article_id, tally)
        connection.execute(update(corrections).where(corrections.c.quote_id == quote_id).values(values))
        leave_speaker(before, tally)
    elif quoted is not None:
        # What was said of other words, which the article had once, goes.
        connection.execute(delete(corrections).where(corrections.c.quote_id == quote_id))
        article_id, changed = quoted.article_id, read_row(quoted)
        place = {"quote_id": quote_id, "article_id": article_id, "found": pack_reading(changed)}
        new = {"rejected": False, "corrects_speaker": False, **place}
        values = describe_change(connection, change, article_id, tally)
        connection.execute(insert(corrections).values({**new, **values}))
    else:
        return False
    if change.kind is not None and is_told(changed):
        raise InvalidChange("kind", "cannot be changed: the quote is indirect, no words of it were spoken so")
    rewrite_article(connection, article_id, changed, tally)
    write_tally(connection, tally)
    return True


def describe_change(
    connection: Connection, change: QuoteChange, article_id: str, tally: Tally
) -> dict[str, Any]:
    """The columns of a correction that the change sets."""
    values: dict[str, Any] = {"reason": change.reason, "corrected_at": datetime.now(UTC)}
    if change.kind is not None:
        values["kind"] = change.kind
    if change.rejected is not None:
        values["rejected"] = change.rejected
    if change.speaker is not None:
        values["speaker_id"] = choose_speaker(connection, change.speaker, article_id, tally)
        values["corrects_speaker"] = True
    return values


def withdraw_correction(connection: Connection, quote_id: str) -> bool:
    """Put back what the extractor says; False if nothing was corrected."""
    before = is_storable(quote_id) and connection.execute(OF_QUOTE, {"quote": quote_id}).one_or_none()
    if not before:
        return False
    tally = Tally()
    connection.execute(delete(corrections).where(corrections.c.quote_id == quote_id))
    leave_speaker(before, tally)
    rewrite_article(connection, before.article_id, unpack_reading(before), tally)
    write_tally(connection, tally)
    return True


def remove_corrections(connection: Connection, article_id: str, tally: Tally) -> None:
    for row in connection.execute(OF_ARTICLE, {"article": article_id}):
        leave_speaker(row, tally)
    connection.execute(delete(corrections).where(corrections.c.article_id == article_id))


def leave_speaker(row: Row[Any], tally: Tally) -> None:
    """Let a speaker go whom nothing but this correction names."""
    if row.speaker_id is not None:
        tally.left.add(row.speaker_id)


def check_change(change: QuoteChange) -> None:
    if change.speaker is None and change.kind is None and change.rejected is None:
        raise InvalidChange("reason", "says why, but nothing is to be different: speaker, kind or rejected")
    if not change.reason.strip():
        raise InvalidChange("reason", "is empty")
    if len(change.reason) > REASON_LENGTH:
        raise InvalidChange("reason", f"is longer than {REASON_LENGTH} characters")
    if not is_storable(change.reason):
        raise InvalidChange("reason", "holds a character that cannot be stored")


def choose_speaker(
    connection: Connection, choice: SpeakerChoice, article_id: str, tally: Tally
) -> str | None:
    if choice.id is not None:
        known = select(speakers.c.id).where(speakers.c.id == choice.id)
        if not is_storable(choice.id) or connection.execute(known).first() is None:
            raise InvalidChange("speaker.id", "is the id of no speaker")
        return choice.id
    if choice.name is None:
        return None
    speaker = Speaker(check_name(choice.name, "speaker.name"), choice.kind)
    speaker_id = derive_speaker_id(speaker, article_id)
    insert_speakers(connection, {speaker_id: [speaker]}, tally)
    return speaker_id


def check_name(name: str, field: str) -> str:
    """The name without blanks around it.  Raises InvalidChange for one that no speaker can have."""
    if len(name) > NAME_LENGTH:
        raise InvalidChange(field, f"is longer than {NAME_LENGTH} characters")
    if not is_storable(name) or not name_words(name):
        raise InvalidChange(field, "has no letter or digit, or a character that cannot be stored")
    return name.strip()


def rewrite_article(connection: Connection, article_id: str, changed: Reading, tally: Tally) -> None:
    """Write the quotes of an article again, after the correction of one was changed."""
    row = connection.execute(FIND_SITE, {"article": article_id}).one()
    corrected = find_corrections(connection, article_id)
    snapshots = {one.quote_id: unpack_reading(one) for one in corrected} | {changed.id: changed}
    found = {
        reading.id: snapshots[reading.id] if reading.corrected and reading.id in snapshots else reading
        for reading in find_readings(connection, article_id)
    }
    if stands_in(row.text, changed):
        found[changed.id] = changed
    readings = apply_corrections(corrected, row.text, list(found.values()))
    site = Site(row.id, row.source_name, row.published_at or row.added_at)
    replace_quotes(connection, site, readings, tally)


def replace_quotes(connection: Connection, site: Site, readings: list[Reading], tally: Tally) -> None:
    remove_quotes(connection, site.id, tally)
    insert_quotes(connection, [(site, readings)], tally)
    number = update(articles).where(articles.c.id == site.id).values(quote_count=count_spoken(readings))
    connection.execute(number)


def find_corrections(connection: Connection, article_id: str) -> Sequence[Row[Any]]:
    return connection.execute(OF_ARTICLE, {"article": article_id}).all()


def find_readings(connection: Connection, article_id: str) -> list[Reading]:
    """The quotes of an article as they are stored, in its order, with the speakers before merges."""
    rows = connection.execute(READINGS_OF_ARTICLE, {"article": article_id}).all()
    return [read_row(row) for row in sorted(rows, key=lambda row: -place_of(row.key))]


def keep_corrections(
    connection: Connection, article_id: str, text: str, found: list[Reading]
) -> list[Reading]:
    """What extraction found, as people put it right; their corrections learn what it found."""
    corrected = find_corrections(connection, article_id)
    for quote_id, row in match_corrections(corrected, text, found).items():
        reading = next(one for one in found if one.id == quote_id)
        if quote_id != row.quote_id:
            connection.execute(delete(corrections).where(corrections.c.quote_id == quote_id))
        values = {"quote_id": quote_id, "found": pack_reading(reading)}
        connection.execute(update(corrections).where(corrections.c.quote_id == row.quote_id).values(values))
    return apply_corrections(corrected, text, found)


def match_corrections(
    corrected: Sequence[Row[Any]], text: str, found: Sequence[Reading]
) -> dict[str, Row[Any]]:
    """Which correction is about which of these quotes, by the ids that the quotes have now."""
    by_id = {reading.id: reading for reading in found}
    matches = {
        row.quote_id: row for row in corrected if row.quote_id in by_id and is_same(row, by_id[row.quote_id])
    }
    for row in corrected:
        before = unpack_reading(row)
        if matches.get(row.quote_id) is not row and stands_in(text, before):
            alike = (one.id for one in found if one.id not in matches and is_much_the_same(before, one))
            matches |= dict.fromkeys(islice(alike, 1), row)
    return matches


def apply_corrections(corrected: Sequence[Row[Any]], text: str, found: Sequence[Reading]) -> list[Reading]:
    """The quotes of an article with this text, in its order."""
    matches = match_corrections(corrected, text, found)
    kept = [
        correct(reading, matches[reading.id]) if reading.id in matches else reading
        for reading in found
        if reading.id not in matches or not matches[reading.id].rejected
    ]
    matched = {row.quote_id for row in matches.values()}
    for row in corrected:
        missing = unpack_reading(row)
        if row.quote_id in matched or row.rejected or not stands_in(text, missing):
            continue
        if not any(overlap(missing, one) for one in kept if is_told(one) == is_told(missing)):
            kept.append(correct(missing, row))
    return sorted(kept, key=lambda reading: reading.quote.segments[0].start)


def is_same(row: Row[Any], reading: Reading) -> bool:
    """Whether a quote with the id of a corrected one says the same; in a changed text it may not."""
    return bool(unpack_reading(row).quote.segments[0].text == reading.quote.segments[0].text)


def is_much_the_same(one: Reading, other: Reading) -> bool:
    mine, theirs = one.quote.segments[0], other.quote.segments[0]
    shared = min(mine.end, theirs.end) - max(mine.start, theirs.start)
    whole = max(mine.end, theirs.end) - min(mine.start, theirs.start)
    return is_told(one) == is_told(other) and shared >= MUCH_THE_SAME * whole


def correct(reading: Reading, row: Row[Any]) -> Reading:
    kind = row.kind or reading.quote.kind
    quote = replace(reading.quote, kind=kind, clause=reading.quote.clause if kind == "mixed" else None)
    if not row.corrects_speaker:
        return replace(reading, quote=quote, corrected=True)
    speaker = Speaker(row.speaker, row.speaker_kind) if row.speaker_id else None
    quote = replace(quote, speaker=speaker)
    return replace(reading, quote=quote, speaker_id=row.speaker_id, corrected=True)


def is_told(reading: Reading) -> bool:
    return reading.quote.kind == "indirect"


def stands_in(text: str, reading: Reading) -> bool:
    return all(text[span.start : span.end] == span.text for span in reading.quote.segments)


def overlap(one: Reading, other: Reading) -> bool:
    return any(
        mine.start < theirs.end and theirs.start < mine.end
        for mine in one.quote.segments
        for theirs in other.quote.segments
    )


def read_row(row: Row[Any]) -> Reading:
    quote = Quote(
        text=row.text,
        kind=row.kind,
        segments=unpack_segments(row.segments, row.text),
        speaker=Speaker(row.name, row.own_kind) if row.own_id else None,
        mention=unpack_span(row.mention_start, row.mention_end, row.mention_text),
        cue=unpack_span(row.cue_start, row.cue_end, row.cue_text),
        rule=row.rule,
        confidence=row.confidence,
        clause=unpack_span(row.clause_start, row.clause_end, row.clause_text),
    )
    return Reading(row.id, quote, row.own_id, row.extractor_version, row.words, row.corrected)


def pack_reading(reading: Reading) -> dict[str, Any]:
    return {
        "quote": reading.quote,
        "speaker_id": reading.speaker_id,
        "extractor_version": reading.extractor_version,
    }


def unpack_reading(row: Row[Any]) -> Reading:
    """The quote as the extractor found it before it was corrected."""
    given = row.found["quote"]
    parts = {
        "segments": tuple(Span(**span) for span in given["segments"]),
        "speaker": given["speaker"] and Speaker(**given["speaker"]),
        "mention": given["mention"] and Span(**given["mention"]),
        "cue": given["cue"] and Span(**given["cue"]),
        "clause": given.get("clause") and Span(**given["clause"]),
    }
    quote = Quote(**{**given, **parts})
    found = (row.found["speaker_id"], row.found["extractor_version"])
    return Reading(row.quote_id, quote, *found, index_words(quote.text))
