"""Changing what is stored, inside the caller's transaction, beside which no other writer runs."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, exists, func, insert, select, update

from service.extractor import Extraction, Quote, Span, Speaker
from service.store.errors import InvalidArticle
from service.store.order import find_free_keys
from service.store.records import Article, SavedArticle
from service.store.tables import articles, quotes, speaker_aliases, speaker_words, speakers
from service.store.words import (
    NAME_LENGTH,
    index_words,
    is_storable,
    name_words,
    normalise_name,
    normalise_source,
)

ARTICLE_ID_LENGTH = 200
IDS_IN_A_STATEMENT = 1_000

FIND_ARTICLE: Select[Any] = select(
    articles.c.id,
    articles.c.digest,
    articles.c.extractor_version,
    articles.c.added_at,
    articles.c.quote_count,
).where(articles.c.id.in_(bindparam("ids", expanding=True)))
COUNT_SPEAKERS = (
    select(quotes.c.speaker_id, func.count().label("number"))
    .where(quotes.c.article_id == bindparam("id"), quotes.c.speaker_id.is_not(None))
    .group_by(quotes.c.speaker_id)
)
FIND_SPEAKERS = select(speakers.c.id, speakers.c.name).where(
    speakers.c.id.in_(bindparam("ids", expanding=True))
)
ADD_TO_COUNT = (
    update(speakers)
    .where(speakers.c.id == bindparam("speaker"))
    .values(quote_count=speakers.c.quote_count + bindparam("number"))
)
TAKEN_BY_ARTICLES, TAKEN_BY_QUOTES = (
    select(table.c.key).where(table.c.key >= bindparam("first"), table.c.key <= bindparam("last")).limit(1)
    for table in (articles, quotes)
)
INSERT_ARTICLE, INSERT_QUOTE, INSERT_SPEAKER = insert(articles), insert(quotes), insert(speakers)
INSERT_WORD, INSERT_ALIAS = insert(speaker_words), insert(speaker_aliases)
REMOVE_UNQUOTED = delete(speakers).where(
    speakers.c.id.in_(bindparam("ids", expanding=True)),
    speakers.c.quote_count == 0,
    ~exists().where(and_(speaker_aliases.c.speaker_id == speakers.c.id, speaker_aliases.c.by_hand)),
)


def save_article(
    connection: Connection, article: Article, extraction: Extraction, version: str
) -> SavedArticle:
    """Store the article with these quotes in place of what was stored under its id."""
    stored = find_stored(connection, [article.id]).get(article.id)
    if stored is not None and is_unchanged(stored, article, version):
        return SavedArticle(article.id, "unchanged", stored.quote_count)
    added_at = stored.added_at if stored else datetime.now(UTC)
    left = remove_article(connection, article.id) if stored else Counter()
    insert_article(connection, article, version, added_at, len(extraction.quotes))
    gained = insert_quotes(connection, article, extraction.quotes, article.published_at or added_at)
    count_quotes(connection, left, gained)
    return SavedArticle(article.id, "replaced" if stored else "created", len(extraction.quotes))


def delete_article(connection: Connection, article_id: str) -> bool:
    """Remove an article, its quotes, and the speakers that nothing else quotes; False if it is not there."""
    if not is_storable(article_id) or not find_stored(connection, [article_id]):
        return False
    count_quotes(connection, remove_article(connection, article_id), Counter())
    return True


def find_stored(connection: Connection, ids: list[str]) -> dict[str, Row[Any]]:
    return {row.id: row for some in cut(ids) for row in connection.execute(FIND_ARTICLE, {"ids": some})}


def cut(ids: Iterable[str]) -> Iterator[list[str]]:
    """The ids in portions that a statement takes: databases limit the number of its parameters."""
    left = list(ids)
    while left:
        yield left[:IDS_IN_A_STATEMENT]
        del left[:IDS_IN_A_STATEMENT]


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


def remove_article(connection: Connection, article_id: str) -> Counter[str]:
    """Remove an article and its quotes; the number of quotes that each speaker had there."""
    rows = connection.execute(COUNT_SPEAKERS, {"id": article_id})
    left: Counter[str] = Counter({row.speaker_id: row.number for row in rows})
    connection.execute(delete(quotes).where(quotes.c.article_id == article_id))
    connection.execute(delete(articles).where(articles.c.id == article_id))
    return left


def insert_article(
    connection: Connection, article: Article, version: str, added_at: datetime, quote_count: int
) -> None:
    row = {
        "key": claim_keys(connection, TAKEN_BY_ARTICLES, article.published_at or added_at, article.id, 1),
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "source_name": normalise_source(article.source),
        "author": article.author,
        "published_at": article.published_at,
        "language": article.language,
        "added_at": added_at,
        "digest": digest_article(article),
        "extractor_version": version,
        "quote_count": quote_count,
        "text": article.text,
    }
    connection.execute(INSERT_ARTICLE, row)


def insert_quotes(
    connection: Connection, article: Article, found: tuple[Quote, ...], moment: datetime
) -> Counter[str]:
    """Insert an article's quotes; the number of quotes that each speaker has there."""
    if not found:
        return Counter()
    first = claim_keys(connection, TAKEN_BY_QUOTES, moment, article.id, len(found))
    named = {derive_speaker_id(quote.speaker, article.id): quote.speaker for quote in found if quote.speaker}
    insert_speakers(connection, named)
    # The first quote has the highest key, as lists run from the newest; rows go in by rising key, which is
    # what the full-text index takes in one go.
    rows = [describe_quote(quote, article, first + place) for place, quote in enumerate(reversed(found))]
    connection.execute(INSERT_QUOTE, rows)
    return Counter(row["speaker_id"] for row in rows if row["speaker_id"])


def claim_keys(
    connection: Connection, taken: Select[Any], moment: datetime, identity: str, number: int
) -> int:
    def is_free(first: int, last: int) -> bool:
        return connection.execute(taken, {"first": first, "last": last}).first() is None

    return find_free_keys(moment, identity, number, is_free)


def describe_quote(quote: Quote, article: Article, key: int) -> dict[str, Any]:
    """The row of a quote."""
    return {
        "key": key,
        "id": derive_quote_id(quote, article.id),
        "article_id": article.id,
        "speaker_id": derive_speaker_id(quote.speaker, article.id) if quote.speaker else None,
        "source_name": normalise_source(article.source),
        "kind": quote.kind,
        "rule": quote.rule,
        "confidence": quote.confidence,
        "segments": pack_segments(quote),
        **describe_span("mention", quote.mention),
        **describe_span("cue", quote.cue),
        "text": quote.text,
        "words": index_words(quote.text),
        "speaker_words": name_words(quote.speaker.name) if quote.speaker else "",
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


def insert_speakers(connection: Connection, named: dict[str, Speaker]) -> None:
    """Insert the speakers that are not there yet; another spelling of one that is becomes an alias."""
    known = {
        row.id: row.name for ids in cut(named) for row in connection.execute(FIND_SPEAKERS, {"ids": ids})
    }
    new = {speaker_id: speaker for speaker_id, speaker in named.items() if speaker_id not in known}
    if new:
        connection.execute(INSERT_SPEAKER, [describe_speaker(*item) for item in new.items()])
        words = [
            {"word": word, "speaker_id": speaker_id}
            for speaker_id, speaker in new.items()
            for word in set(name_words(speaker.name).split())
        ]
        if words:
            connection.execute(INSERT_WORD, words)
    spellings = {(speaker_id, named[speaker_id].name) for speaker_id, name in known.items()}
    insert_aliases(connection, spellings - set(known.items()))


def describe_speaker(speaker_id: str, speaker: Speaker) -> dict[str, Any]:
    return {
        "id": speaker_id,
        "name": speaker.name,
        "kind": speaker.kind,
        "unnamed": speaker.kind == "unnamed",
        "sort_name": normalise_name(speaker.name)[:NAME_LENGTH],
        "quote_count": 0,
    }


def insert_aliases(connection: Connection, spellings: Iterable[tuple[str, str]]) -> None:
    for speaker_id, name in spellings:
        known = (speaker_aliases.c.speaker_id == speaker_id, speaker_aliases.c.name == name)
        is_new = connection.execute(select(speaker_aliases.c.name).where(*known)).first() is None
        if is_new and len(name) <= NAME_LENGTH:
            connection.execute(INSERT_ALIAS, {"speaker_id": speaker_id, "name": name, "by_hand": False})


def count_quotes(connection: Connection, left: Counter[str], gained: Counter[str]) -> None:
    """Keep the speakers' counts right, and no speaker without a quote unless named by hand."""
    changes = {speaker_id: gained[speaker_id] - left[speaker_id] for speaker_id in left | gained}
    rows = [{"speaker": speaker_id, "number": number} for speaker_id, number in changes.items() if number]
    if rows:
        connection.execute(ADD_TO_COUNT, rows)
    gone = [speaker_id for speaker_id in left if speaker_id not in gained]
    for ids in cut(gone):
        connection.execute(REMOVE_UNQUOTED, {"ids": ids})


def derive_speaker_id(speaker: Speaker, article_id: str) -> str:
    """The same for every spelling of a name; a speaker without a name is one article's own."""
    own = f"\0{article_id}" if speaker.kind == "unnamed" else ""
    return "s" + digest_identity(normalise_name(speaker.name) + own)


def derive_quote_id(quote: Quote, article_id: str) -> str:
    """The same as long as the article's text and the quote's first segment are."""
    first = quote.segments[0]
    return "q" + digest_identity(f"{article_id}\0{first.start}\0{first.end}")


def digest_identity(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()[:20]
