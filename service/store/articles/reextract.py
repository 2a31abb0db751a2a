"""Reextraction of stored articles: which are due, how their quotes differ, and the replacement."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from service.extractor import Extraction
from service.store.changes import QuoteDifference, QuoteSummary, StoredText
from service.store.corrections import apply as corrections
from service.store.corrections.apply import (
    FIND_ARTICLE,
    apply_corrections,
    find_corrections,
    find_readings,
    keep_corrections,
)
from service.store.counts import Tally, write_tally
from service.store.database.change_numbers import take_numbers
from service.store.database.keys import LEAST_KEY
from service.store.database.tables import articles, quotes
from service.store.quotes.known_speakers import recognise_speakers
from service.store.quotes.write import ArticleFields, Reading, read_extraction

TEXTS: Select[Any] = (
    select(articles.c.key, articles.c.id, articles.c.language, articles.c.digest, articles.c.text)
    .where(articles.c.key > bindparam("after"))
    .order_by(articles.c.key)
    .limit(bindparam("limit"))
)
TEXTS_OF_OTHERS = TEXTS.where(articles.c.extractor_version != bindparam("version"))
FIND_VERSION: Select[Any] = FIND_ARTICLE.add_columns(articles.c.digest)
SET_VERSION = (
    update(articles)
    .where(articles.c.id == bindparam("article"))
    .values(extractor_version=bindparam("version"))
)
SET_CHANGED = (
    update(articles).where(articles.c.id == bindparam("article")).values(changed=bindparam("number"))
)
SET_QUOTE_VERSION = (
    update(quotes).where(quotes.c.id == bindparam("quote")).values(extractor_version=bindparam("version"))
)


def list_texts(
    connection: Connection, after: int | None, limit: int, version: str | None
) -> list[StoredText]:
    """List articles by key, after one; with a version, only those that another version extracted."""
    values: dict[str, Any] = {"after": LEAST_KEY if after is None else after, "limit": limit}
    if version is not None:
        values["version"] = version
    rows = connection.execute(TEXTS if version is None else TEXTS_OF_OTHERS, values)
    return [StoredText(row.key, row.id, row.language, row.digest, row.text) for row in rows]


def compare(
    connection: Connection, text: StoredText, extraction: Extraction, version: str, *, keeps_gender: bool
) -> tuple[QuoteDifference, ...]:
    """Compare the stored quotes with this extraction."""
    row = connection.execute(FIND_VERSION, {"article": text.id}).one_or_none()
    if row is None:
        return ()
    given = [(row.published_at, read_extraction(extraction, text.id, version))]
    [found] = recognise_speakers(connection, given, keeps_gender=keeps_gender)
    after = apply_corrections(find_corrections(connection, text.id), text.id, text.text, found)
    return find_differences(find_readings(connection, text.id), after)


def put_in_place(
    connection: Connection,
    read: Sequence[tuple[StoredText, Extraction]],
    version: str,
    *,
    keeps_gender: bool,
) -> list[tuple[QuoteDifference, ...]]:
    """Replace the quotes of articles; one that was changed or deleted since it was read is left alone."""
    tally = Tally()
    found = [
        put_one_in_place(connection, text, extraction, version, tally, keeps_gender)
        for text, extraction in read
    ]
    write_tally(connection, tally)
    return found


def put_one_in_place(
    connection: Connection,
    text: StoredText,
    extraction: Extraction,
    version: str,
    tally: Tally,
    keeps_gender: bool,
) -> tuple[QuoteDifference, ...]:
    row = connection.execute(FIND_VERSION, {"article": text.id}).one_or_none()
    if row is None or row.digest != text.digest:
        return ()
    before = find_readings(connection, text.id)
    given = [(row.published_at, read_extraction(extraction, text.id, version))]
    [found] = recognise_speakers(connection, given, keeps_gender=keeps_gender)
    after = keep_corrections(connection, text.id, text.text, found)
    if [without_version(one) for one in before] == [without_version(one) for one in after]:
        renew_versions(connection, before, after)
    else:
        article = ArticleFields(row.id, row.source_name, row.published_at, row.added_at)
        corrections.put_in_place(connection, article, before, after, tally)
    connection.execute(SET_VERSION, {"article": text.id, "version": version})
    if before != after:
        number = take_numbers(connection, datetime.now(UTC), 1)
        connection.execute(SET_CHANGED, {"article": text.id, "number": number})
    return find_differences(before, after)


def renew_versions(connection: Connection, before: list[Reading], after: list[Reading]) -> None:
    changed = [
        {"quote": new.id, "version": new.extractor_version}
        for old, new in zip(before, after, strict=True)
        if old.extractor_version != new.extractor_version
    ]
    if changed:
        connection.execute(SET_QUOTE_VERSION, changed)


def without_version(reading: Reading) -> Reading:
    return replace(reading, extractor_version="")


def find_differences(before: list[Reading], after: list[Reading]) -> tuple[QuoteDifference, ...]:
    """List the differences in the order of the new extraction; quotes that are gone come last.

    A speaker whose name is only spelled in another way is the same: the store keeps one spelling of a name.
    """
    old = {reading.id: reading for reading in before}
    new = {reading.id for reading in after}
    differences = []
    for reading in after:
        stored = old.get(reading.id)
        if stored is None:
            differences.append(QuoteDifference(reading.id, "added", None, summarise(reading)))
        elif list_compared(stored) != list_compared(reading):
            differences.append(QuoteDifference(reading.id, "changed", summarise(stored), summarise(reading)))
    gone = [
        QuoteDifference(quote_id, "removed", summarise(reading), None)
        for quote_id, reading in old.items()
        if quote_id not in new
    ]
    return (*differences, *gone)


def list_compared(reading: Reading) -> tuple[str | None, ...]:
    quote = reading.quote
    return quote.text, quote.kind, reading.speaker_id, quote.rule, reading.external_id


def summarise(reading: Reading) -> QuoteSummary:
    quote = reading.quote
    return QuoteSummary(quote.text, quote.kind, quote.speaker.name if quote.speaker else None, quote.rule)
