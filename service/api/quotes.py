"""Quotes: by speaker, words, article, source, date and kind, in any combination."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response

from service.api.answers import Answer, answer_json, answer_page, to_plain
from service.api.blueprint import Blueprint
from service.api.fields import Choice, RequestSchema, Share, Text
from service.api.offsets import convert_snippet, convert_spans, utf16_converter
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
from service.api.problems import not_found
from service.api.schemas import QuoteSchema
from service.api.stores import current_store
from service.store import PageRequest, QuoteFilter, QuoteRecord

blueprint = Blueprint("quotes", __name__, url_prefix="/v1", description="Who said what.")

QUOTE_EXAMPLE = {
    "id": "q1f0c9",
    "text": "We will not move,",
    "kind": "direct",
    "segments": [{"start": 1, "end": 18, "text": "We will not move,"}],
    "speaker": {"id": "s81b2", "name": "Jane Doe", "kind": "person"},
    "mention": {"start": 25, "end": 33, "text": "Jane Doe"},
    "cue": {"start": 20, "end": 24, "text": "said"},
    "rule": "quote_cue_name",
    "confidence": 0.97,
    "article": {
        "id": "a1",
        "title": "Council holds out",
        "url": "https://news.example/a1",
        "source": "The Example",
        "published_at": "2026-03-31T18:30:00Z",
    },
    "snippet": None,
}
QuotePageSchema = page_schema("QuotePage", QuoteSchema)
QUOTE_PAGE_ANSWER = Answer(
    "A page of quotes", QuotePageSchema, {"items": [QUOTE_EXAMPLE], "next": None}, PAGE_HEADERS
)


def offsets_field() -> Choice:
    """Build the option of every answer that holds offsets."""
    return Choice(
        "code-points",
        "utf-16",
        load_default="code-points",
        metadata={"description": "What offsets count: code points, or UTF-16 code units"},
    )


class OffsetsOption(RequestSchema):
    """How one quote is to be written."""

    offsets = offsets_field()


class QuotePageOptions(PageOptions):
    """A page of the quotes that one address already picks."""

    offsets = offsets_field()


class QuoteOptions(QuotePageOptions):
    """Which quotes: all conditions that are given hold."""

    speaker = Text(
        maximum=200,
        metadata={
            "description": "A speaker's name or beginnings of its words, case- and accent-blind",
            "example": "doe",
        },
    )
    speaker_id = Text(maximum=200, metadata={"description": "A speaker's id"})
    article = Text(maximum=200, metadata={"description": "An article's id"})
    q = Text(
        maximum=500,
        metadata={"description": 'Words of the quote, "a phrase", -without, prefix*', "example": "not move"},
    )
    kind = Choice("direct", "mixed", metadata={"description": "Kind of quote"})
    source = Text(maximum=200, metadata={"description": SOURCE_DESCRIPTION})
    from_ = from_field()
    to = to_field()
    min_confidence = Share(metadata={"description": "Least confidence", "example": 0.9})


@blueprint.endpoint("GET", "/quotes", query=QuoteOptions, answers={200: QUOTE_PAGE_ANSWER}, problems=(503,))
def list_quotes(options: dict[str, Any]) -> Response:
    """List quotes, newest first."""
    check_dates(options)
    page, offsets = read_page(options), options.pop("offsets")
    return answer_quotes(QuoteFilter(**options), page, offsets)


@blueprint.endpoint(
    "GET",
    "/quotes/<id:quote_id>",
    query=OffsetsOption,
    answers={200: Answer("The quote", QuoteSchema, QUOTE_EXAMPLE)},
    problems=(404, 503),
)
def get_quote(options: dict[str, Any], quote_id: str) -> Response:
    """Read one quote."""
    quote = current_store().get_quote(quote_id)
    if quote is None:
        raise not_found("quote_id", quote_id)
    return answer_json(_convert_offsets([quote])[0] if options["offsets"] == "utf-16" else quote)


def answer_quotes(wanted: QuoteFilter, page: PageRequest, offsets: str) -> Response:
    """Answer with a page of quotes, its offsets as asked for."""
    found = current_store().list_quotes(wanted, page)
    return answer_page(found, _convert_offsets(found.items) if offsets == "utf-16" else None)


def _convert_offsets(quotes: Sequence[QuoteRecord]) -> list[dict[str, Any]]:
    store = current_store()
    # Texts are read one at a time: those of a whole page may be too much to hold at once.
    converters: dict[str, Callable[[int], int]] = {}
    converted: list[dict[str, Any]] = to_plain(quotes)
    for quote in converted:
        article_id = quote["article"]["id"]
        if article_id not in converters:
            article = store.get_article(article_id)
            # An article that was deleted since the quotes were read has no text to count in.
            converters[article_id] = utf16_converter((article and article.text) or "")
        convert_spans(quote, converters[article_id])
        convert_snippet(quote)
    return converted
