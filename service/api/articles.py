"""Articles: extract and store them, read them back, list them, take them out."""

import re
from dataclasses import fields
from typing import Any
from urllib.parse import quote as percent_encode

from flask import Response, request
from marshmallow import EXCLUDE, ValidationError

from service.api.answers import Answer, answer_found, answer_json, answer_page
from service.api.blueprint import Blueprint, check
from service.api.fields import IDENTIFIER_PATTERN, Choice, Moment, RequestSchema, Text
from service.api.paging import (
    PAGE_HEADERS,
    SOURCE_DESCRIPTION,
    PageOptions,
    check_dates,
    from_field,
    page_schema,
    read_page,
    to_field,
)
from service.api.problems import FieldError, Problem, not_found
from service.api.quotes import QUOTE_PAGE_ANSWER, QuotePageOptions, answer_quotes
from service.api.schemas import ArticleEntrySchema, SavedArticleSchema, StoredArticleSchema
from service.api.stores import current_config, current_store
from service.config import Config
from service.extractor.language import list_languages
from service.ingest import ingest
from service.store import Article, ArticleFilter, ArticleRecord, QuoteFilter

blueprint = Blueprint("articles", __name__, url_prefix="/v1", description="Articles and the quotes in them.")

ADDRESS = "/articles/<id:article_id>"
IDENTIFIER = re.compile(IDENTIFIER_PATTERN)
ARTICLE_EXAMPLE = {
    "text": "“We will not move,” said Jane Doe.",
    "id": "a1",
    "title": "Council holds out",
    "url": "https://news.example/a1",
    "source": "The Example",
    "author": "Sam Roe",
    "published_at": "2026-03-31T18:30:00Z",
    "language": "en",
}
ENTRY_EXAMPLE = {
    **{name: value for name, value in ARTICLE_EXAMPLE.items() if name != "text"},
    "added_at": "2026-04-01T06:00:00Z",
    "quotes": 1,
}
STORED_EXAMPLE = {**ENTRY_EXAMPLE, "text": ARTICLE_EXAMPLE["text"]}
SAVED_EXAMPLE = {"id": "a1", "status": "created", "quotes": 1}
SAVE_ANSWERS = {
    201: Answer(
        "It was not there before", SavedArticleSchema, SAVED_EXAMPLE, {"Location": "The article's address"}
    ),
    200: Answer(
        "It was there: unchanged, or replaced with its quotes by what was sent",
        SavedArticleSchema,
        {**SAVED_EXAMPLE, "status": "unchanged"},
    ),
}
ArticlePageSchema = page_schema("ArticlePage", ArticleEntrySchema)


def check_identifier(value: str) -> None:
    """Raise ValidationError for an id that no address could hold."""
    if value in (".", "..") or not IDENTIFIER.fullmatch(value):
        raise ValidationError(
            "must be other than . and .. and hold no slash, no control character and no U+FFFD"
        )


class ArticleSchema(RequestSchema):
    """An article."""

    text = Text(required=True, metadata={"description": "The article, paragraphs divided by line ends"})
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
    published_at = Moment(
        allow_none=True,
        metadata={"description": "ISO 8601 date or date and time"},
    )
    language = Choice(*list_languages(), load_default="en", metadata={"description": "Language of the text"})


# A file of articles may hold more about each than is kept here.
FILED_ARTICLE_SCHEMA = ArticleSchema(unknown=EXCLUDE)


class ArticleOptions(PageOptions):
    """Which articles."""

    source = Text(maximum=200, metadata={"description": SOURCE_DESCRIPTION})
    from_ = from_field()
    to = to_field()


@blueprint.endpoint(
    "POST",
    "/articles",
    query=RequestSchema,
    body=ArticleSchema,
    body_example=ARTICLE_EXAMPLE,
    answers=SAVE_ANSWERS,
    problems=(503,),
)
def post_article(_options: dict[str, Any], body: dict[str, Any]) -> Response:
    """Extract an article's quotes and store both.

    The same article twice is stored once; another text under a known id replaces its quotes.
    """
    return _save(body)


@blueprint.endpoint(
    "PUT",
    ADDRESS,
    query=RequestSchema,
    body=ArticleSchema,
    body_example={name: value for name, value in ARTICLE_EXAMPLE.items() if name != "id"},
    answers=SAVE_ANSWERS,
    problems=(404, 409, 503),
)
def put_article(_options: dict[str, Any], body: dict[str, Any], article_id: str) -> Response:
    """Store an article under this id, in place of what was there."""
    if body.get("id") not in (None, article_id):
        message = f"is {body['id']!r}, but the address says {article_id!r}; leave it out or make them equal"
        raise Problem(409, [FieldError("id", message)])
    return _save({**body, "id": article_id})


@blueprint.endpoint(
    "GET",
    ADDRESS,
    query=RequestSchema,
    answers={200: Answer("The article", StoredArticleSchema, STORED_EXAMPLE)},
    problems=(404, 503),
)
def get_article(_options: dict[str, Any], article_id: str) -> Response:
    """Read one article with its text."""
    return answer_found("article_id", article_id, current_store().get_article(article_id))


@blueprint.endpoint(
    "DELETE", ADDRESS, query=RequestSchema, answers={204: Answer("It is gone")}, problems=(404, 503)
)
def delete_article(_options: dict[str, Any], article_id: str) -> Response:
    """Take an article and its quotes out of the store."""
    if not current_store().delete_article(article_id):
        raise not_found("article_id", article_id)
    return Response(status=204)


@blueprint.endpoint(
    "GET",
    "/articles",
    query=ArticleOptions,
    problems=(503,),
    answers={
        200: Answer(
            "A page of articles", ArticlePageSchema, {"items": [ENTRY_EXAMPLE], "next": None}, PAGE_HEADERS
        )
    },
)
def list_articles(options: dict[str, Any]) -> Response:
    """List articles, newest first, without their texts."""
    check_dates(options)
    page = read_page(options)
    found = current_store().list_articles(ArticleFilter(**options), page)
    return answer_page(found, [_leave_out_text(article) for article in found.items])


@blueprint.endpoint(
    "GET", f"{ADDRESS}/quotes", query=QuotePageOptions, answers={200: QUOTE_PAGE_ANSWER}, problems=(404, 503)
)
def list_article_quotes(options: dict[str, Any], article_id: str) -> Response:
    """List an article's quotes in the order of its text."""
    if current_store().get_article(article_id) is None:
        raise not_found("article_id", article_id)
    return answer_quotes(
        QuoteFilter(article=article_id, kind=options.get("kind")), read_page(options), options["offsets"]
    )


def read_article(given: dict[str, Any]) -> Article:
    """Read an article of a file as a body is read, but leave out unknown fields.  Raises Problem."""
    return _build_article(check(FILED_ARTICLE_SCHEMA, given, 422))


def check_text(text: str, config: Config) -> None:
    """Raise the Problem of a text that is too long."""
    if len(text) > config.max_text_characters:
        message = f"is {len(text)} characters long, the limit is {config.max_text_characters}"
        raise Problem(422, [FieldError("text", message)])


def _leave_out_text(article: ArticleRecord) -> dict[str, Any]:
    return {field.name: getattr(article, field.name) for field in fields(article) if field.name != "text"}


def _build_article(body: dict[str, Any]) -> Article:
    return Article(**{**body, "id": body.get("id") or ""})


def _save(body: dict[str, Any]) -> Response:
    config = current_config()
    check_text(body["text"], config)
    saved = ingest(current_store(), _build_article(body), seconds=config.extract_seconds)
    if saved.status != "created":
        return answer_json(saved)
    address = f"{request.script_root}/v1/articles/{percent_encode(saved.id, safe='')}"
    return answer_json(saved, 201, {"Location": address})
