"""Articles: extract, store, read, list and delete them."""

from dataclasses import fields
from typing import Any
from urllib.parse import quote as percent_encode

from flask import Response, request

from service.api.openapi.answers import Answer, answer_found, answer_json, answer_page
from service.api.openapi.blueprint import Blueprint
from service.api.openapi.paging import (
    PAGE_HEADERS,
    SOURCE_DESCRIPTION,
    PageOptions,
    check_dates,
    from_field,
    order_field,
    page_schema,
    read_page,
    since_field,
    to_field,
    undated_field,
)
from service.api.openapi.shapes import ArticleEntrySchema, SavedArticleSchema, StoredArticleSchema
from service.api.quotes import QUOTE_PAGE_ANSWER, QuotePageOptions, answer_quotes
from service.extractor import find_warnings
from service.formats.plain import to_plain
from service.http.current import current_config, current_store
from service.http.problems import Problem, not_found
from service.ingest.articles import ingest
from service.schemas.article import ArticleSchema, build_article, check_text
from service.schemas.check import FieldError, check
from service.schemas.fields import RequestSchema, Text
from service.store import ArticleFilter, ArticleRecord, QuoteFilter, SavedArticle

blueprint = Blueprint("articles", __name__, url_prefix="/v1", description="Articles and the quotes in them.")

ADDRESS = "/articles/<id:article_id>"
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
    "changed_at": "2026-04-01T06:00:00Z",
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
# The id of an address is held to the rules of a body's.
IDENTIFIED = ArticleSchema(only=("id",))
ArticlePageSchema = page_schema("ArticlePage", ArticleEntrySchema)


class ArticleOptions(PageOptions):
    """Which articles."""

    source = Text(maximum=200, metadata={"description": SOURCE_DESCRIPTION})
    from_ = from_field()
    to = to_field()
    since = since_field()
    undated = undated_field()
    order = order_field("newest", "added")


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
    """Store an article under this id, and replace the one that is there."""
    if body.get("id") not in (None, article_id):
        message = f"is {body['id']!r}, but the address says {article_id!r}; leave it out or make them equal"
        raise Problem(409, [FieldError("id", message)])
    return _save({**body, **check(IDENTIFIED, {"id": article_id})})


@blueprint.endpoint(
    "GET",
    ADDRESS,
    query=RequestSchema,
    answers={200: Answer("The article", StoredArticleSchema, STORED_EXAMPLE)},
    problems=(404, 503),
)
def get_article(_options: dict[str, Any], article_id: str) -> Response:
    """Read one article with its text."""
    article = current_store().get_article(article_id)
    return answer_found("article_id", article_id, article and add_warnings(article, article.text or ""))


@blueprint.endpoint(
    "DELETE", ADDRESS, query=RequestSchema, answers={204: Answer("It is gone")}, problems=(404, 503)
)
def delete_article(_options: dict[str, Any], article_id: str) -> Response:
    """Delete an article and its quotes."""
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


def _leave_out_text(article: ArticleRecord) -> dict[str, Any]:
    return {field.name: getattr(article, field.name) for field in fields(article) if field.name != "text"}


def add_warnings(answer: ArticleRecord | SavedArticle, text: str) -> Any:
    """Build the answer for an article, with `warnings` if there are any."""
    warnings = find_warnings(text)
    return {**to_plain(answer), "warnings": warnings} if warnings else answer


def _save(body: dict[str, Any]) -> Response:
    config = current_config()
    check_text(body["text"], config)
    saved = ingest(current_store(), build_article(body), seconds=config.extract_seconds)
    answer = add_warnings(saved, body["text"])
    if saved.status != "created":
        return answer_json(answer)
    address = f"{request.script_root}/v1/articles/{percent_encode(saved.id, safe='')}"
    return answer_json(answer, 201, {"Location": address})
