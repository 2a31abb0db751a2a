"""Articles by the thousand: NDJSON in and out, each line answered once its article is stored."""

import logging
from collections.abc import Iterator
from typing import Any

import orjson
from flask import Response, request

from service.api.answers import Answer
from service.api.articles import ARTICLE_EXAMPLE, ArticleSchema, check_text, read_article
from service.api.blueprint import Blueprint
from service.api.fields import RequestSchema
from service.api.problems import FieldError, Problem, describe_errors, describe_fields
from service.api.schemas import LineAnswerSchema
from service.api.stores import current_config, current_store
from service.api.unpacking import Chunks, UnreadableBody, read_chunks, read_encoding
from service.bulk import Entry, Refusal, save_all
from service.config import Config
from service.ndjson import BadLine, parse_object, split_lines
from service.store import Article, SavedArticle, Store, StoreNotReady

blueprint = Blueprint("bulk", __name__, url_prefix="/v1", description="Articles by the thousand.")

NDJSON_TYPE = "application/x-ndjson"
NDJSON_TYPES = (NDJSON_TYPE, "application/ndjson", "application/jsonl")
LOG = logging.getLogger(__name__)
LINE_EXAMPLE = {"line": 1, "id": "a1", "status": "created", "quotes": 1}


@blueprint.endpoint(
    "POST",
    "/articles/bulk",
    query=RequestSchema,
    body_lines=(NDJSON_TYPE, ArticleSchema, ARTICLE_EXAMPLE),
    answers={200: Answer("A line for each line, in order", LineAnswerSchema, LINE_EXAMPLE, {}, NDJSON_TYPE)},
    problems=(400, 415, 503),
)
def post_articles(_options: dict[str, Any]) -> Response:
    """Extract and store many articles.

    The body is NDJSON of any length: a line an article, as `POST /v1/articles` takes it, though fields that
    are not known there are left out; it may be packed (`Content-Encoding: gzip` or `zstd`).  It is answered
    while it is read, so read the answer while you send: `{"line", "id", "status", "quotes"}` says that the
    article is stored, `{"line", "error"}` that it is not, and why.  Lines are counted from 1; blank ones get
    no answer.  Should the body or the store fail on the way, the error of the last line names `body` or
    `store`, and what follows was not read: send again from that line on.
    """
    if request.mimetype not in NDJSON_TYPES:
        raise Problem(415, [FieldError("Content-Type", f"must be {NDJSON_TYPE}")])
    # Not `request.stream`, which ends where the limit of other bodies is.
    chunks = read_chunks(request.environ["wsgi.input"], read_encoding(request))
    store = current_store()
    store.check()
    return Response(_answer_lines(store, chunks, current_config()), content_type=NDJSON_TYPE)


def _answer_lines(store: Store, chunks: Chunks, config: Config) -> Iterator[bytes]:
    line = 0
    try:
        for entry, outcome in save_all(store, _read_entries(chunks, config), config):
            line = entry.place
            yield _write_line(line, outcome)
    except StoreNotReady as error:
        LOG.error("store not ready: %s", error)
        yield _write_line(line + 1, Refusal([("store", error.message)]))


def _read_entries(chunks: Chunks, config: Config) -> Iterator[Entry[int] | None]:
    number = 0
    try:
        for numbered in split_lines(chunks, config.max_body_bytes):
            if numbered is None:
                yield None
            else:
                number, line = numbered
                yield Entry(number, _read_line(line, config), len(line))
    except UnreadableBody as error:
        yield Entry(number + 1, Refusal([("body", str(error))]), 0)


def _read_line(line: bytes, config: Config) -> Article | Refusal:
    try:
        article = read_article(parse_object(line, config.max_body_bytes))
        check_text(article.text, config)
    except BadLine as bad:
        return Refusal([(bad.field, bad.message)])
    except Problem as problem:
        return Refusal(problem.errors)
    return article


def _write_line(line: int, outcome: SavedArticle | Refusal) -> bytes:
    if isinstance(outcome, Refusal):
        errors = [FieldError(field or "line", message) for field, message in outcome.errors]
        answer: dict[str, Any] = {
            "line": line,
            "error": {"detail": describe_errors(errors), "errors": describe_fields(errors)},
        }
    else:
        answer = {"line": line, "id": outcome.id, "status": outcome.status, "quotes": outcome.quotes}
    return orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE)
