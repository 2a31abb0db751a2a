"""Reading stored articles anew: which are due, what would be different, and putting that in place."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from service.extractor import Extraction
from service.store.changes import QuoteDifference, QuoteSummary, StoredText
from service.store.corrections import (
    FIND_SITE,
    apply_corrections,
    find_corrections,
    find_readings,
    keep_corrections,
    replace_quotes,
)
from service.store.tables import articles, quotes
from service.store.tally import Tally, write_tally
from service.store.write_quotes import Reading, Site, read_extraction

TEXTS: Select[Any] = (
    select(articles.c.key, articles.c.id, articles.c.language, articles.c.digest, articles.c.text)
    .where(articles.c.key > bindparam("after"))
    .order_by(articles.c.key)
    .limit(bindparam("limit"))
)
TEXTS_OF_OTHERS = TEXTS.where(articles.c.extractor_version != bindparam("version"))
FIND_VERSION: Select[Any] = FIND_SITE.add_columns(articles.c.digest)
SET_VERSION = (
    update(articles)
    .where(articles.c.id == bindparam("article"))
    .values(extractor_version=bindparam("version"))
)
SET_QUOTE_VERSION = (
    update(quotes).where(quotes.c.id == bindparam("quote")).values(extractor_version=bindparam("version"))
)
BEFORE_ALL = -(2**62)


def list_texts(
    connection: Connection, after: int | None, limit: int, version: str | None
) -> list[StoredText]:
    """Articles in the order of keys, after one; with a version those alone that another version read."""
    values: dict[str, Any] = {"after": BEFORE_ALL if after is None else after, "limit": limit}
    if version is not None:
        values["version"] = version
    rows = connection.execute(TEXTS if version is None else TEXTS_OF_OTHERS, values)
    return [StoredText(row.key, row.id, row.language, row.digest, row.text) for row in rows]


def compare(
    connection: Connection, text: StoredText, extraction: Extraction, version: str
) -> tuple[QuoteDifference, ...]:
    """What putting this extraction in place would change."""
    found = read_extraction(extraction, text.id, version)
    after = apply_corrections(find_corrections(connection, text.id), text.text, found)
    return find_differences(find_readings(connection, text.id), after)


def put_in_place(
    connection: Connection, read: Sequence[tuple[StoredText, Extraction]], version: str
) -> list[tuple[QuoteDifference, ...]]:
    """Replace the quotes of articles; one that was changed or deleted since it was read is left alone."""
    tally = Tally()
    found = [put_one_in_place(connection, text, extraction, version, tally) for text, extraction in read]
    write_tally(connection, tally)
    return found


def put_one_in_place(
    connection: Connection, text: StoredText, extraction: Extraction, version: str, tally: Tally
) -> tuple[QuoteDifference, ...]:
    row = connection.execute(FIND_VERSION, {"article": text.id}).one_or_none()
    if row is None or row.digest != text.digest:
        return ()
    before = find_readings(connection, text.id)
    found = read_extraction(extraction, text.id, version)
    after = keep_corrections(connection, text.id, text.text, found)
    if [without_version(one) for one in before] == [without_version(one) for one in after]:
        renew_versions(connection, before, after)
    else:
        site = Site(row.id, row.source_name, row.published_at or row.added_at)
        replace_quotes(connection, site, after, tally)
    connection.execute(SET_VERSION, {"article": text.id, "version": version})
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
    """In the order of the new reading, what is gone last."""
    old = {reading.id: summarise(reading) for reading in before}
    new = {reading.id: summarise(reading) for reading in after}
    differences = [
        QuoteDifference(quote_id, "changed" if quote_id in old else "added", old.get(quote_id), summary)
        for quote_id, summary in new.items()
        if old.get(quote_id) != summary
    ]
    gone = [
        QuoteDifference(quote_id, "removed", summary, None)
        for quote_id, summary in old.items()
        if quote_id not in new
    ]
    return (*differences, *gone)


def summarise(reading: Reading) -> QuoteSummary:
    quote = reading.quote
    return QuoteSummary(quote.text, quote.kind, quote.speaker.name if quote.speaker else None, quote.rule)
