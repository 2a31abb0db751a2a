"""Bulk upload of articles: NDJSON in and out, each line answered once its article is stored."""

import logging
from collections.abc import Iterator
from typing import Any

from flask import Response, request

from service.api.articles import ARTICLE_EXAMPLE
from service.api.openapi.answers import Answer
from service.api.openapi.blueprint import Blueprint
from service.api.openapi.shapes import LineAnswerSchema
from service.config import Config
from service.extractor import find_warnings
from service.http.current import current_config, current_store
from service.http.lines import NDJSON_TYPE, BodyLines, write_line
from service.http.unpacking import ClientGone
from service.ingest.batches import save_all
from service.ingest.entries import Entry, Refusal
from service.schemas.article import ArticleSchema, check_text, read_article
from service.schemas.fields import Choice, RequestSchema
from service.store import Article, SavedArticle, Store, StoreNotReady

blueprint = Blueprint("bulk", __name__, url_prefix="/v1", description="Bulk upload of articles.")

LOG = logging.getLogger(__name__)
LINE_EXAMPLE = {"line": 1, "id": "a1", "status": "created", "quotes": 1}


class BulkOptions(RequestSchema):
    """Options of a bulk upload."""

    unknown_fields = Choice(
        "refuse",
        "ignore",
        data_key="unknown",
        load_default="refuse",
        metadata={
            "description": "Refuse a line with a field that an article does not have, or ignore the field"
        },
    )


@blueprint.endpoint(
    "POST",
    "/articles/bulk",
    query=BulkOptions,
    body_lines=(NDJSON_TYPE, ArticleSchema, ARTICLE_EXAMPLE),
    answers={200: Answer("A line for each line, in order", LineAnswerSchema, LINE_EXAMPLE, {}, NDJSON_TYPE)},
    problems=(400, 415, 503),
)
def post_articles(options: dict[str, Any]) -> Response:
    """Extract and store many articles.

    The body is NDJSON of any length: a line an article, as `POST /v1/articles` takes it, with other fields
    too if they are to be ignored; it may be packed (`Content-Encoding: gzip` or `zstd`).  It is answered
    while it is read, so read the answer while you send: `{"line", "id", "status", "quotes"}` says that the
    article is stored, `{"line", "error"}` that it is not, and why.  Lines are counted from 1; blank ones get
    no answer.  Should the body or the store fail on the way, the error of the last line names `body` or
    `store`, and what follows was not read: send again from that line on.  A body whose last 10,000 lines, or
    64 MB, held no article is read no further.
    """
    store, config = current_store(), current_config()

    def read(given: dict[str, Any]) -> Article:
        article = read_article(given, ignore_unknown=options["unknown_fields"] == "ignore")
        check_text(article.text, config)
        return article

    lines = BodyLines(request, read, "article", longest=config.max_body_bytes)
    store.check()
    return Response(_answer_lines(store, lines, config), content_type=NDJSON_TYPE)


def _answer_lines(store: Store, lines: BodyLines[Article], config: Config) -> Iterator[bytes]:
    # The head alone: what is sent shows whether the client is still there.
    yield b""
    line = 0
    try:
        entries = (None if one is None else Entry(one.number, one.given, one.size) for one in lines)
        for entry, outcome in save_all(store, entries, config):
            line = entry.place
            yield write_line(line, _build_answer(outcome, entry.given))
    except StoreNotReady as error:
        LOG.error("store not ready: %s", error)
        yield write_line(line + 1, Refusal([("store", error.message)]))
    except ClientGone:
        LOG.info("a client went away; the articles that were answered are stored")


def _build_answer(outcome: SavedArticle | Refusal, given: object) -> dict[str, Any] | Refusal:
    if isinstance(outcome, Refusal):
        return outcome
    answer: dict[str, Any] = {"id": outcome.id, "status": outcome.status, "quotes": outcome.quotes}
    if isinstance(given, Article) and (warnings := find_warnings(given.text)):
        answer["warnings"] = warnings
    return answer
