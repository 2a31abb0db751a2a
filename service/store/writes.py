"""Changing which articles are stored, inside the caller's transaction, beside which no other writer runs."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, delete, select

from service.extractor import Extraction
from service.store.copying import insert_rows
from service.store.corrections import keep_corrections, remove_corrections
from service.store.errors import InvalidArticle
from service.store.listed import bind_values, is_listed
from service.store.records import Article, SavedArticle
from service.store.tables import articles
from service.store.tally import Tally, write_tally
from service.store.words import is_storable, normalise_source
from service.store.write_quotes import (
    KeyClaims,
    Reading,
    Site,
    count_spoken,
    insert_quotes,
    read_extraction,
    remove_quotes,
)

ARTICLE_ID_LENGTH = 200

Extracted = tuple[Article, Extraction]


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that is to be inserted, with its quotes as people put them right."""

    article: Article
    added_at: datetime
    readings: list[Reading]

    @property
    def moment(self) -> datetime:
        """Where it stands in lists."""
        return self.article.published_at or self.added_at


def save_articles(connection: Connection, extracted: Sequence[Extracted], version: str) -> list[SavedArticle]:
    """Store articles with these quotes in place of what was stored under their ids, in order."""
    tally = Tally()
    saved: list[SavedArticle] = []
    for part in part_at_repeated_ids(extracted):
        saved += save_distinct(connection, part, version, tally)
    if any(one.status != "unchanged" for one in saved):
        write_tally(connection, tally)
    return saved


def part_at_repeated_ids(extracted: Sequence[Extracted]) -> Iterator[list[Extracted]]:
    """The articles in parts that hold no id twice."""
    part: dict[str, Extracted] = {}
    for article, extraction in extracted:
        if article.id in part:
            yield list(part.values())
            part = {}
        part[article.id] = (article, extraction)
    yield list(part.values())


def save_distinct(
    connection: Connection, extracted: list[Extracted], version: str, tally: Tally
) -> list[SavedArticle]:
    stored = find_stored(connection, [article.id for article, _ in extracted])
    saved: list[SavedArticle] = []
    drafts: list[Draft] = []
    for article, extraction in extracted:
        before = stored.get(article.id)
        if before is not None and is_unchanged(before, article, version):
            saved.append(SavedArticle(article.id, "unchanged", before.quote_count))
            continue
        readings = read_extraction(extraction, article.id, version)
        if before is not None:
            readings = keep_corrections(connection, article.id, article.text, readings)
            remove_article(connection, article.id, tally)
        drafts.append(Draft(article, before.added_at if before else datetime.now(UTC), readings))
        done = SavedArticle(article.id, "replaced" if before else "created", count_spoken(readings))
        saved.append(done)
    if drafts:
        insert_articles(connection, drafts, version, tally)
    return saved


def insert_articles(connection: Connection, drafts: Sequence[Draft], version: str, tally: Tally) -> None:
    claims = KeyClaims(connection, articles.c.key)
    keys = claims.claim([(draft.moment, draft.article.id, 1) for draft in drafts])
    rows = [describe_article(draft, version, key) for draft, key in zip(drafts, keys, strict=True)]
    insert_rows(connection, articles, rows)
    tally.articles += len(rows)
    quoted = [
        (Site(draft.article.id, row["source_name"], draft.moment), draft.readings)
        for draft, row in zip(drafts, rows, strict=True)
    ]
    insert_quotes(connection, quoted, tally)


def delete_article(connection: Connection, article_id: str) -> bool:
    """Remove an article, its quotes, and the speakers that nothing else quotes; False if it is not there."""
    if not is_storable(article_id) or not find_stored(connection, [article_id]):
        return False
    tally = Tally()
    remove_corrections(connection, article_id, tally)
    remove_article(connection, article_id, tally)
    write_tally(connection, tally)
    return True


def find_stored(connection: Connection, ids: Collection[str]) -> dict[str, Row[Any]]:
    database = connection.dialect.name
    return {row.id: row for row in connection.execute(select_stored(database), bind_values(database, ids))}


@cache
def select_stored(database: str) -> Select[Any]:
    wanted = ("id", "digest", "extractor_version", "added_at", "quote_count")
    return select(*(articles.c[name] for name in wanted)).where(is_listed(database, articles.c.id))


def is_unchanged(stored: Row[Any], article: Article, version: str) -> bool:
    return bool(stored.digest == digest_article(article) and stored.extractor_version == version)


def find_unchanged(
    connection: Connection, given: Sequence[Article], version: str
) -> list[SavedArticle | None]:
    times = Counter(article.id for article in given)
    stored = find_stored(connection, [article_id for article_id, number in times.items() if number == 1])
    return [
        SavedArticle(row.id, "unchanged", row.quote_count)
        if (row := stored.get(article.id)) is not None and is_unchanged(row, article, version)
        else None
        for article in given
    ]


def check_article(article: Article) -> None:
    """Raise InvalidArticle for what one of the databases could not give back."""
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
    """What tells whether two articles are the same in all they hold."""
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


def remove_article(connection: Connection, article_id: str, tally: Tally) -> None:
    remove_quotes(connection, article_id, tally)
    connection.execute(delete(articles).where(articles.c.id == article_id))
    tally.articles -= 1


def describe_article(draft: Draft, version: str, key: int) -> dict[str, Any]:
    """The row of an article."""
    article = draft.article
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
        "digest": digest_article(article),
        "extractor_version": version,
        "quote_count": count_spoken(draft.readings),
        "text": article.text,
    }
