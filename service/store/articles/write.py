"""Saves and deletes articles inside the caller's transaction; no other writer runs at the same time."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, delete, select

from service.extractor import Extraction
from service.store.change_log.write import note_changes
from service.store.corrections.apply import keep_corrections, remove_corrections
from service.store.counts import Tally, write_tally
from service.store.database.bound_values import bind_values, is_listed
from service.store.database.change_numbers import take_numbers
from service.store.database.insert_rows import insert_rows
from service.store.database.key_claims import KeyClaims, KeyRequest, Stretch
from service.store.database.tables import articles
from service.store.errors import InvalidArticle
from service.store.quotes.known_speakers import recognise_speakers
from service.store.quotes.write import (
    ArticleFields,
    Reading,
    count_direct,
    insert_quotes,
    read_extraction,
    remove_quotes,
)
from service.store.records import Article, SavedArticle
from service.store.text.folding import is_storable, normalise_source

ARTICLE_ID_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article and its quotes, with all columns that do not depend on the store."""

    article: Article
    digest: str
    readings: list[Reading]


@dataclass(frozen=True, slots=True)
class Draft:
    """An article to insert, with its quotes as people corrected them."""

    prepared: Prepared
    added_at: datetime
    readings: list[Reading]
    # The keys that an article of the same id had, and its quotes.
    before: Stretch | None = None
    quotes_before: Stretch | None = None
    # The number of its first storing.
    added: int | None = None

    @property
    def moment(self) -> datetime:
        """The article's place in lists: when it was published or, if unknown, added."""
        return self.prepared.article.published_at or self.added_at

    @property
    def quote_count(self) -> int:
        return count_direct(self.readings)


def prepare_article(article: Article, extraction: Extraction, version: str) -> Prepared:
    """Prepare the rows of an article before the transaction.  Raises InvalidArticle."""
    check_article(article)
    return Prepared(article, digest_article(article), read_extraction(extraction, article.id, version))


def save_articles(
    connection: Connection,
    prepared: Sequence[Prepared],
    version: str,
    unless_read_by: str | None,
    *,
    keeps_gender: bool = True,
) -> list[SavedArticle]:
    """Store articles with these quotes in place of what was stored under their ids, in order."""
    tally = Tally()
    saved: list[SavedArticle] = []
    known = recognise_in_articles(connection, prepared, keeps_gender)
    for part in part_at_repeated_ids(known):
        stored = find_stored(connection, [one.article.id for one in part])
        drafts: list[Draft] = []
        for one in part:
            before = stored.get(one.article.id)
            if before is not None and is_unchanged(before, one.digest, (version, unless_read_by)):
                saved.append(SavedArticle(before.id, "unchanged", before.quote_count))
                continue
            draft = replace_article(connection, one, before, tally)
            drafts.append(draft)
            done = SavedArticle(one.article.id, "replaced" if before else "created", draft.quote_count)
            saved.append(done)
        insert_articles(connection, drafts, version, tally)
    if any(one.status != "unchanged" for one in saved):
        write_tally(connection, tally)
    return saved


def recognise_in_articles(
    connection: Connection, prepared: Sequence[Prepared], keeps_gender: bool
) -> list[Prepared]:
    given = [(one.article.published_at, one.readings) for one in prepared]
    found = recognise_speakers(connection, given, keeps_gender=keeps_gender)
    return [replace(one, readings=readings) for one, readings in zip(prepared, found, strict=True)]


def part_at_repeated_ids(prepared: Sequence[Prepared]) -> Iterator[list[Prepared]]:
    """Split articles into parts in which no id comes twice."""
    part: dict[str, Prepared] = {}
    for one in prepared:
        if one.article.id in part:
            yield list(part.values())
            part = {}
        part[one.article.id] = one
    yield list(part.values())


def replace_article(
    connection: Connection, prepared: Prepared, before: Row[Any] | None, tally: Tally
) -> Draft:
    """Remove the article that has the same id, if there is one."""
    if before is None:
        return Draft(prepared, datetime.now(UTC), prepared.readings)
    article = prepared.article
    readings = keep_corrections(connection, article.id, article.text, prepared.readings)
    quotes_before = remove_article(connection, article.id, tally)
    return Draft(prepared, before.added_at, readings, Stretch(before.key, 1), quotes_before, before.added)


def insert_articles(connection: Connection, drafts: Sequence[Draft], version: str, tally: Tally) -> None:
    if not drafts:
        return
    claims = KeyClaims(connection, articles.c.key)
    keys = claims.claim([KeyRequest(draft.moment, 1, draft.before) for draft in drafts])
    rows = [describe_article(draft, version, key) for draft, key in zip(drafts, keys, strict=True)]
    first = take_numbers(connection, datetime.now(UTC), len(rows))
    for number, (row, draft) in enumerate(zip(rows, drafts, strict=True), first):
        row |= {"changed": number, "added": number if draft.added is None else draft.added}
    insert_rows(connection, articles, rows)
    tally.articles += len(rows)
    quoted = [
        (name_fields(draft, row["source_name"]), draft.readings)
        for draft, row in zip(drafts, rows, strict=True)
    ]
    insert_quotes(connection, quoted, tally)


def name_fields(draft: Draft, source_name: str | None) -> ArticleFields:
    article = draft.prepared.article
    return ArticleFields(article.id, source_name, article.published_at, draft.added_at, draft.quotes_before)


def delete_article(connection: Connection, article_id: str) -> bool:
    """Remove an article, its quotes, and the speakers that nothing else quotes; False if it is not there."""
    if not is_storable(article_id) or not find_stored(connection, [article_id]):
        return False
    tally = Tally()
    remove_corrections(connection, article_id, tally)
    remove_article(connection, article_id, tally)
    note_changes(connection, "article", {article_id: "removed"})
    write_tally(connection, tally)
    return True


def find_stored(connection: Connection, ids: Collection[str]) -> dict[str, Row[Any]]:
    database = connection.dialect.name
    return {row.id: row for row in connection.execute(select_stored(database), bind_values(database, ids))}


@cache
def select_stored(database: str) -> Select[Any]:
    wanted = ("key", "id", "digest", "extractor_version", "added_at", "quote_count", "added")
    return select(*(articles.c[name] for name in wanted)).where(is_listed(database, articles.c.id))


def is_unchanged(stored: Row[Any], digest: str, versions: Collection[str | None]) -> bool:
    return bool(stored.digest == digest and stored.extractor_version in versions)


def find_unchanged(
    connection: Connection, given: Sequence[Article], versions: Collection[str | None]
) -> list[SavedArticle | None]:
    times = Counter(article.id for article in given)
    stored = find_stored(connection, [article_id for article_id, number in times.items() if number == 1])
    return [
        SavedArticle(row.id, "unchanged", row.quote_count)
        if (row := stored.get(article.id)) is not None
        and is_unchanged(row, digest_article(article), versions)
        else None
        for article in given
    ]


def check_article(article: Article) -> None:
    """Raise InvalidArticle for text that one of the databases could not return unchanged."""
    for field in ("id", "text", "title", "url", "source", "author", "language"):
        value = getattr(article, field) or ""
        if "\0" in value:
            raise InvalidArticle(field, "holds a NUL character, which cannot be stored")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            reason = f"holds half of a surrogate pair at position {error.start}, which is no character"
            raise InvalidArticle(field, reason) from error
    if len(article.id) > ARTICLE_ID_LENGTH:
        raise InvalidArticle("id", f"longer than {ARTICLE_ID_LENGTH} characters")
    check_moment(article.published_at)


def check_moment(published_at: datetime | None) -> None:
    if published_at is None:
        return
    if published_at.tzinfo is None:
        raise InvalidArticle("published_at", "has no time zone")
    try:
        published_at.astimezone(UTC)
    except OverflowError as error:
        raise InvalidArticle("published_at", "is outside the years 1 to 9999 in UTC") from error


def digest_article(article: Article) -> str:
    """Return a digest of all fields of an article; equal articles have equal digests."""
    moment = article.published_at and article.published_at.astimezone(UTC).isoformat()
    content = (
        article.text,
        article.title,
        article.url,
        article.source,
        article.author,
        moment,
        article.language,
    )
    return hashlib.sha256(orjson.dumps(content)).hexdigest()


def remove_article(connection: Connection, article_id: str, tally: Tally) -> Stretch | None:
    """Remove an article with its quotes, and return the keys that those had."""
    before = remove_quotes(connection, article_id, tally)
    connection.execute(delete(articles).where(articles.c.id == article_id))
    tally.articles -= 1
    return before


def describe_article(draft: Draft, version: str, key: int) -> dict[str, Any]:
    """Return the row of an article."""
    article = draft.prepared.article
    return {
        "key": key,
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "source_name": normalise_source(article.source),
        "author": article.author,
        "published_at": article.published_at,
        "language": article.language,
        "added_at": draft.added_at,
        "digest": draft.prepared.digest,
        "extractor_version": version,
        "quote_count": draft.quote_count,
        "text": article.text,
    }
