"""An article as it may come in."""

import re
from typing import Any

from marshmallow import EXCLUDE, ValidationError

from service.config import Config
from service.extractor import list_languages
from service.schemas.check import FieldError, InvalidFields, check
from service.schemas.fields import IDENTIFIER_PATTERN, Choice, MomentField, RequestSchema, Text
from service.store import Article

IDENTIFIER = re.compile(IDENTIFIER_PATTERN)
# Paths that clients and proxies shorten, and an address that is no article's.
RESERVED = (".", "..", "bulk")


def check_identifier(value: str) -> None:
    """Raise ValidationError for an id that cannot be part of an address."""
    if value in RESERVED or not IDENTIFIER.fullmatch(value):
        raise ValidationError(
            "must be other than . and .. and bulk, and hold no slash, no control character and no U+FFFD"
        )


class ArticleSchema(RequestSchema):
    """An article."""

    text = Text(required=True, metadata={"description": "The article, with line ends between paragraphs"})
    id = Text(
        maximum=200,
        allow_none=True,
        validate=check_identifier,
        metadata={
            "description": "The caller's own; without one it is derived from text, url and source",
            "pattern": f"^{IDENTIFIER_PATTERN}$",
        },
    )
    title = Text(maximum=1_000, allow_none=True, metadata={"description": "Headline"})
    url = Text(maximum=2_000, allow_none=True, metadata={"description": "Where it was published"})
    source = Text(maximum=200, allow_none=True, metadata={"description": "Who published it"})
    author = Text(maximum=500, allow_none=True, metadata={"description": "Who wrote it"})
    published_at = MomentField(
        allow_none=True,
        metadata={"description": "Date, or date and time: ISO 8601 or RFC 822"},
    )
    language = Choice(*list_languages(), load_default="en", metadata={"description": "Language of the text"})


STRICT_SCHEMA = ArticleSchema()
# A file of articles may hold more about each than is kept here.
TOLERANT_SCHEMA = ArticleSchema(unknown=EXCLUDE)


def read_article(given: dict[str, Any], *, ignore_unknown: bool = True) -> Article:
    """Read an article of a file as a body is read, but leave out unknown fields.  Raises InvalidFields."""
    return build_article(check(TOLERANT_SCHEMA if ignore_unknown else STRICT_SCHEMA, given))


def check_text(text: str, config: Config) -> None:
    """Raise InvalidFields for a text that is too long."""
    if len(text) > config.max_text_characters:
        message = f"is {len(text)} characters long, the limit is {config.max_text_characters}"
        raise InvalidFields([FieldError("text", message)])


def build_article(body: dict[str, Any]) -> Article:
    return Article(**{**body, "id": body.get("id") or ""})
