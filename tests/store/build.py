"""Articles and quotes made by hand, so that these tests do not depend on what the extractor finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from alembic import command
from sqlalchemy import event

from service.extractor import Extraction, Quote, Span, Speaker
from service.store import Article, SavedArticle, Store
from service.store.database.schema_version import configure_alembic

JANE = Speaker("Jane Doe", "person")


def quote(
    text: str, start: int = 0, *, speaker: Speaker | None = JANE, rule: str = "quote_cue_name", **changes: Any
) -> Quote:
    segments = (Span(start, start + len(text), text),)
    fields = {
        "text": text,
        "kind": "direct",
        "segments": segments,
        "speaker": speaker,
        "mention": None,
        "cue": None,
        "rule": rule,
        "confidence": 0.9,
    }
    return Quote(**{**fields, **changes})


def person(name: str) -> Speaker:
    return Speaker(name, "person")


def save(store: Store, article_id: str, *quotes: Quote, version: str = "1", **fields: Any) -> SavedArticle:
    article = Article(id=article_id, **{"text": f"The text of {article_id}.", **fields})
    return store.save_article(article, Extraction(quotes, ()), extractor_version=version)


def day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T12:00:00+00:00")


class Statement(NamedTuple):
    """A statement as it was sent, and how many parameters it took at once."""

    text: str
    parameters: int


@contextmanager
def recorded(store: Store) -> Iterator[list[Statement]]:
    """The statements that the store sends meanwhile."""
    statements: list[Statement] = []

    def note(_connection: object, _cursor: object, text: str, parameters: Any, *_rest: object) -> None:
        first = parameters[0] if isinstance(parameters, list) else parameters
        statements.append(Statement(text, len(first)))

    event.listen(store._engine, "before_cursor_execute", note)
    yield statements
    event.remove(store._engine, "before_cursor_execute", note)


def migrate(store: Store, revision: str) -> None:
    """Bring a store up to an older version."""
    with store._writing() as connection:
        config = configure_alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
