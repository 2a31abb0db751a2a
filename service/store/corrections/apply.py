"""Corrections of quotes, and how they are kept when the article is extracted again or its text is edited.

A correction keeps the quote as the extractor found it, and the words that it is about (see `place`).  If
extraction no longer finds those, but they still stand in the article, the quote that was corrected is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, select, update

from service.extractor import Quote, Span, Speaker
from service.store.change_log.write import note_quotes
from service.store.changes import QuoteChange, SpeakerChoice
from service.store.corrections.nearby import Outline, find_near, find_outlines
from service.store.corrections.place import (
    Placement,
    Words,
    is_indirect,
    name_corrections,
    place_corrections,
    stands_in,
)
from service.store.counts import Tally, write_tally
from service.store.database.bound_values import bind_values, is_listed
from service.store.database.change_numbers import take_numbers
from service.store.database.keys import place_of
from service.store.database.tables import articles, corrections, quotes, speakers
from service.store.errors import InvalidChange
from service.store.quotes.packing import (
    SPAN_FIELDS,
    pack_candidates,
    read_fields,
    unpack_candidates,
    unpack_quote,
    unpack_roles,
)
from service.store.quotes.write import (
    ArticleFields,
    Reading,
    count_direct,
    derive_quote_id,
    replace_quotes,
)
from service.store.speakers.co_speakers import CoSpeaker, find_co_speakers
from service.store.speakers.write import check_name, derive_speaker_id, insert_speakers
from service.store.text.alignment import Alignment
from service.store.text.folding import index_words, is_storable

REASON_LENGTH = 1_000
# A person has confirmed who speaks, or that somebody does.
CONFIRMED = 1.0

WITH_SPEAKER: Select[Any] = select(
    corrections, speakers.c.name.label("speaker"), speakers.c.kind.label("speaker_kind")
).outerjoin_from(corrections, speakers, speakers.c.id == corrections.c.speaker_id)
OF_ARTICLE = WITH_SPEAKER.where(corrections.c.article_id == bindparam("article")).order_by(
    corrections.c.quote_id
)
OF_QUOTE = WITH_SPEAKER.where(corrections.c.quote_id == bindparam("quote"))
READINGS: Select[Any] = select(
    quotes, speakers.c.id.label("own_id"), speakers.c.name, speakers.c.kind.label("own_kind")
).outerjoin_from(quotes, speakers, speakers.c.id == quotes.c.speaker_id)
READINGS_OF_ARTICLE = READINGS.where(quotes.c.article_id == bindparam("article"))
READING = READINGS.where(quotes.c.id == bindparam("quote"))
FIND_ARTICLE: Select[Any] = select(
    articles.c.id,
    articles.c.source_name,
    articles.c.published_at,
    articles.c.added_at,
    articles.c.quote_count,
    articles.c.text,
).where(articles.c.id == bindparam("article"))


def correct_quote(connection: Connection, quote_id: str, change: QuoteChange) -> bool:
    """Store a correction and apply it to the article's quotes; False if there is no such quote."""
    check_change(change)
    if not is_storable(quote_id):
        return False
    before = connection.execute(OF_QUOTE, {"quote": quote_id}).one_or_none()
    quoted = connection.execute(READING, {"quote": quote_id}).one_or_none()
    tally = Tally()
    if before is not None:
        article_id, changed = before.article_id, unpack_reading(before)
        values = describe_change(connection, change, article_id, tally)
        connection.execute(update(corrections).where(corrections.c.quote_id == quote_id).values(values))
        leave_speaker(before, tally)
    elif quoted is not None:
        article_id, [changed] = quoted.article_id, read_rows(connection, [quoted])
        new = {"rejected": False, "kind": None, "speaker_id": None, "corrects_speaker": False}
        place = describe_place(quote_id, article_id, changed.quote.segments, changed)
        values = describe_change(connection, change, article_id, tally)
        connection.execute(insert(corrections).values({**new, **place, **values}))
    else:
        return False
    if change.kind is not None and is_indirect(changed):
        raise InvalidChange("kind", "cannot be changed: the quote is indirect, no words of it were spoken so")
    rewrite_article(connection, article_id, changed, tally)
    note_quotes(connection, tally)
    write_tally(connection, tally)
    return True


def describe_change(
    connection: Connection, change: QuoteChange, article_id: str, tally: Tally
) -> dict[str, Any]:
    """Return the columns of a correction that the change sets."""
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
    """Restore the extractor's quote; False if it was not corrected."""
    before = is_storable(quote_id) and connection.execute(OF_QUOTE, {"quote": quote_id}).one_or_none()
    if not before:
        return False
    tally = Tally()
    connection.execute(delete(corrections).where(corrections.c.quote_id == quote_id))
    leave_speaker(before, tally)
    rewrite_article(connection, before.article_id, unpack_reading(before), tally)
    note_quotes(connection, tally)
    write_tally(connection, tally)
    return True


def remove_corrections(connection: Connection, article_id: str, tally: Tally) -> None:
    for row in connection.execute(OF_ARTICLE, {"article": article_id}):
        leave_speaker(row, tally)
    connection.execute(delete(corrections).where(corrections.c.article_id == article_id))


def leave_speaker(row: Row[Any], tally: Tally) -> None:
    """Remove a speaker whom only this correction names."""
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


def rewrite_article(connection: Connection, article_id: str, changed: Reading, tally: Tally) -> None:
    """Write the quotes of an article again that may change with the correction of one."""
    row = connection.execute(FIND_ARTICLE, {"article": article_id}).one()
    corrected = find_corrections(connection, article_id)
    outlines = find_outlines(connection, article_id)
    near, held = find_near(changed, outlines, corrected)
    if not rewrite_near(connection, row, changed, outlines, near, held, tally):
        rewrite_near(connection, row, changed, outlines, outlines, corrected, tally)


def rewrite_near(
    connection: Connection,
    row: Row[Any],
    changed: Reading,
    outlines: Sequence[Outline],
    near: Sequence[Outline],
    corrected: Sequence[Row[Any]],
    tally: Tally,
) -> bool:
    """Write some quotes of an article again; False, and nothing is written, if there is no room for them."""
    snapshots = {one.quote_id: unpack_reading(one) for one in corrected} | {changed.id: changed}
    before = find_some_readings(connection, near)
    found = {
        reading.id: snapshots[reading.id] if reading.corrected and reading.id in snapshots else reading
        for reading in before
    }
    if all(stands_in(row.text, span) for span in changed.quote.segments):
        found[changed.id] = changed
    after = apply_corrections(corrected, row.id, row.text, list(found.values()))
    ids = {one.id for one in near}
    others = [one for one in outlines if one.id not in ids]
    article = ArticleFields(row.id, row.source_name, row.published_at, row.added_at)
    if not replace_quotes(connection, article, before, after, tally, others):
        return False
    number = sum(one.is_direct for one in others) + count_direct(after)
    values = {"quote_count": number}
    if number != row.quote_count:
        values["changed"] = take_numbers(connection, datetime.now(UTC), 1)
    connection.execute(update(articles).where(articles.c.id == row.id).values(values))
    return True


def put_in_place(
    connection: Connection, article: ArticleFields, before: list[Reading], after: list[Reading], tally: Tally
) -> None:
    """Give an article these quotes instead of those that it has, and count them."""
    replace_quotes(connection, article, before, after, tally)
    number = update(articles).where(articles.c.id == article.id).values(quote_count=count_direct(after))
    connection.execute(number)


def find_corrections(connection: Connection, article_id: str) -> Sequence[Row[Any]]:
    return connection.execute(OF_ARTICLE, {"article": article_id}).all()


def find_some_readings(connection: Connection, outlines: Sequence[Outline]) -> list[Reading]:
    """Read some of the quotes of an article, in the order in which they are given."""
    database = connection.dialect.name
    keys = [one.key for one in outlines]
    rows = connection.execute(select_readings(database), bind_values(database, keys)).all()
    return read_rows(connection, sorted(rows, key=lambda row: -place_of(row.key)))


@cache
def select_readings(database: str) -> Select[Any]:
    return READINGS.where(is_listed(database, quotes.c.key))


def find_readings(connection: Connection, article_id: str) -> list[Reading]:
    """Read the stored quotes of an article, in its order, with the speakers before merges."""
    rows = connection.execute(READINGS_OF_ARTICLE, {"article": article_id}).all()
    return read_rows(connection, sorted(rows, key=lambda row: -place_of(row.key)))


def keep_corrections(
    connection: Connection, article_id: str, text: str, found: list[Reading]
) -> list[Reading]:
    """Apply an article's corrections to quotes extracted from a text, and store where they stand now."""
    corrected = find_corrections(connection, article_id)
    if not corrected:
        return found
    before = connection.execute(FIND_ARTICLE, {"article": article_id}).one().text
    alignment = None if before == text else Alignment(before, text)
    placements = place_corrections(corrected, text, found, alignment)
    moved = [move_reading(placement, article_id, text, alignment) for placement in placements]
    rows = [
        describe_correction(placement, name, reading)
        for placement, reading, name in zip(
            placements, moved, name_corrections(placements, moved, found), strict=True
        )
    ]
    connection.execute(delete(corrections).where(corrections.c.article_id == article_id))
    connection.execute(insert(corrections), rows)
    return apply_placements(placements, moved, found)


def apply_corrections(
    corrected: Sequence[Row[Any]], article_id: str, text: str, found: list[Reading]
) -> list[Reading]:
    """Return the quotes of an article with this text after its corrections, in its order."""
    placements = place_corrections(corrected, text, found)
    moved = [move_reading(placement, article_id, text, None) for placement in placements]
    return apply_placements(placements, moved, found)


def apply_placements(
    placements: Sequence[Placement], moved: Sequence[Reading], found: Sequence[Reading]
) -> list[Reading]:
    rows = {one.reading.id: one.row for one in placements if one.reading is not None}
    kept = [
        correct(reading, rows[reading.id]) if reading.id in rows else reading
        for reading in found
        if reading.id not in rows or not rows[reading.id].rejected
    ]
    for placement, reading in zip(placements, moved, strict=True):
        if placement.reading is None and not placement.unplaced and not placement.row.rejected:
            kept.append(correct(reading, placement.row))
    return sorted(kept, key=lambda reading: reading.quote.segments[0].start)


def move_reading(placement: Placement, article_id: str, text: str, alignment: Alignment | None) -> Reading:
    """The quote that a correction is about, as extraction finds it or as it was found, in its place now."""
    if placement.reading is not None:
        return placement.reading
    reading = unpack_reading(placement.row)
    quote, words = reading.quote, placement.words
    if placement.unplaced or words == quote.segments:
        return reading
    if [span.text for span in words] != [span.text for span in quote.segments]:
        quote = replace(quote, text=" … ".join(span.text for span in words))
    was_placed = not placement.row.unplaced
    moved: dict[str, Any] = {
        name: follow(getattr(quote, name), text, alignment if was_placed else None) for name in SPAN_FIELDS
    }
    quote = replace(quote, segments=words, **moved)
    return replace(reading, id=derive_quote_id(quote, article_id), quote=quote, words=index_words(quote.text))


def follow(span: Span | None, text: str, alignment: Alignment | None) -> Span | None:
    if span is None or alignment is None:
        return span if span is not None and stands_in(text, span) else None
    return next(iter(alignment.find(span)), None)


def describe_correction(placement: Placement, quote_id: str, reading: Reading) -> dict[str, Any]:
    """The row of a correction that stands somewhere else now, or of another quote."""
    row = placement.row
    same = ("rejected", "kind", "corrects_speaker", "speaker_id", "reason", "corrected_at")
    place = describe_place(quote_id, row.article_id, placement.words, reading)
    return {**place, "unplaced": placement.unplaced, **{name: getattr(row, name) for name in same}}


def describe_place(quote_id: str, article_id: str, words: Words, reading: Reading) -> dict[str, Any]:
    return {
        "quote_id": quote_id,
        "article_id": article_id,
        "segments": words,
        "unplaced": False,
        "found": pack_reading(reading),
    }


def correct(reading: Reading, row: Row[Any]) -> Reading:
    kind = row.kind or reading.quote.kind
    clause = reading.quote.clause if kind == "mixed" else None
    quote = replace(reading.quote, kind=kind, clause=clause, confidence=CONFIRMED)
    if not row.corrects_speaker:
        return replace(reading, quote=quote, corrected=True)
    speaker = Speaker(row.speaker, row.speaker_kind) if row.speaker_id else None
    quote = replace(quote, speaker=speaker, co_speakers=())
    return replace(
        reading,
        quote=quote,
        speaker_id=row.speaker_id,
        co_speaker_ids=(),
        corrected=True,
        external_id=None,
        candidates=(),
    )


def read_rows(connection: Connection, rows: Sequence[Row[Any]]) -> list[Reading]:
    together = find_co_speakers(connection, rows)
    return [read_row(row, together.get(row.key, ())) for row in rows]


def read_row(row: Row[Any], together: Sequence[CoSpeaker]) -> Reading:
    quote = Quote(
        **unpack_quote(row),
        speaker=Speaker(row.name, row.own_kind, *unpack_roles(row.roles), row.gender, row.gender_evidence)
        if row.own_id
        else None,
        co_speakers=tuple(Speaker(one.own_name, one.own_kind) for one in together),
    )
    ids = tuple(one.own_id for one in together)
    place = place_of(row.key)
    return Reading(
        row.id,
        quote,
        row.own_id,
        row.extractor_version,
        row.words,
        row.corrected,
        place,
        ids,
        row.external_id,
        unpack_candidates(row.candidates),
    )


def pack_reading(reading: Reading) -> dict[str, Any]:
    return {
        "quote": reading.quote,
        "speaker_id": reading.speaker_id,
        "co_speaker_ids": reading.co_speaker_ids,
        "extractor_version": reading.extractor_version,
        "external_id": reading.external_id,
        "candidates": pack_candidates(reading.candidates),
    }


def unpack_reading(row: Row[Any]) -> Reading:
    """The quote as the extractor found it before it was corrected."""
    given = row.found["quote"]
    # Those of corrections that were made before co-speakers were stored have no ids.
    ids = tuple(row.found.get("co_speaker_ids", ()))
    quote = Quote(
        **read_fields(given),
        speaker=given["speaker"] and unpack_speaker(given["speaker"]),
        co_speakers=tuple(map(unpack_speaker, given.get("co_speakers", ()) if ids else ())),
    )
    found = (row.found["speaker_id"], row.found["extractor_version"])
    return Reading(
        row.quote_id,
        quote,
        *found,
        index_words(quote.text),
        co_speaker_ids=ids,
        external_id=row.found.get("external_id"),
        candidates=unpack_candidates(row.found.get("candidates")),
    )


def unpack_speaker(given: Mapping[str, Any]) -> Speaker:
    spans = {name: Span(**given[name]) for name in ("role", "affiliation") if given.get(name)}
    roles = tuple(Span(**span) for span in given.get("roles", ()))
    gender, evidence = given.get("gender"), given.get("gender_evidence")
    return Speaker(
        given["name"], given["kind"], **spans, roles=roles, gender=gender, gender_evidence=evidence
    )
