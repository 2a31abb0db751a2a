"""Quotes: by speaker, words, article, source, date and kind, in any combination and in several formats."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from flask import Response, request
from marshmallow import fields

from service.api.answers import Answer, answer_json, answer_page, to_plain
from service.api.blueprint import Blueprint
from service.api.fields import Choice, Choices, RequestSchema, Share, Text, Truth
from service.api.paging import (
    PAGE_HEADERS,
    PAGING,
    SOURCE_DESCRIPTION,
    PageOptions,
    check_dates,
    from_field,
    page_schema,
    read_page,
    to_field,
)
from service.api.problems import FieldError, Problem, not_found
from service.api.schemas import FacetsSchema, QuoteSchema
from service.api.stores import current_store
from service.formats import ReadText, write_citron, write_corenlp, write_csv, write_ndjson
from service.offsets import convert_snippet, convert_spans, utf16_converter
from service.store import FacetName, Page, PageRequest, QuoteFilter, QuoteRecord, Store

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
    "clause": None,
    "extractor_version": "1",
    "corrected": False,
    "quotation": "w0f4a1c2e9b7d3586",
    "occurrences": 1,
    "article": {
        "id": "a1",
        "title": "Council holds out",
        "url": "https://news.example/a1",
        "source": "The Example",
        "published_at": "2026-03-31T18:30:00Z",
    },
    "snippet": None,
}
# The type of each format; of those with the same type the first is the one that `Accept` asks for.
FORMATS = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "citron": "application/x-ndjson",
    "corenlp": "application/x-ndjson",
}
ACCEPTED = {"application/json": "json", "application/x-ndjson": "ndjson", "text/csv": "csv"}
LISTED_KINDS = ("direct", "mixed", "indirect", "any")
QUOTES_AT_ONCE = 200
TEXTS_AT_ONCE = 8
QuotePageSchema = page_schema("QuotePage", QuoteSchema)
QUOTE_PAGE_ANSWER = Answer(
    "A page of quotes", QuotePageSchema, {"items": [QUOTE_EXAMPLE], "next": None}, PAGE_HEADERS
)
FACETS_EXAMPLE = {
    "quotes": 12,
    "complete": True,
    "speaker": [{"value": "s81b2", "name": "Jane Doe", "quotes": 12}],
    "month": [{"value": "2026-03", "name": "2026-03", "quotes": 12}],
}


class FacetedQuotePageSchema(QuotePageSchema):  # type: ignore[misc, valid-type]  # built of fields above
    """A page of quotes, and how those of the whole list are shared."""

    facets = fields.Nested(FacetsSchema, metadata={"description": "Those asked for by `facets`"})


def offsets_field() -> Choice:
    """Build the option of every answer that holds offsets."""
    return Choice(
        "code-points",
        "utf-16",
        load_default="code-points",
        metadata={"description": "What offsets count: code points, or UTF-16 code units"},
    )


def kind_field() -> Choice:
    """Build the option of every list of quotes."""
    return Choice(
        *LISTED_KINDS, metadata={"description": "Kind of quote, or any; without it direct and mixed alone"}
    )


class OffsetsOption(RequestSchema):
    """How one quote is to be written."""

    offsets = offsets_field()


class QuotePageOptions(PageOptions):
    """A page of the quotes that one address already picks."""

    kind = kind_field()
    offsets = offsets_field()


class QuoteConditions(PageOptions):
    """Which quotes: all conditions that are given hold."""

    speaker = Text(
        maximum=200,
        metadata={
            "description": "A speaker's name or beginnings of its words, case- and accent-blind",
            "example": "doe",
        },
    )
    speaker_id = Text(
        maximum=200, metadata={"description": "A speaker's id; of one who was merged, the other's quotes"}
    )
    article = Text(maximum=200, metadata={"description": "An article's id"})
    q = Text(
        maximum=500,
        metadata={"description": 'Words of the quote, "a phrase", -without, prefix*', "example": "not move"},
    )
    kind = kind_field()
    source = Text(maximum=200, metadata={"description": SOURCE_DESCRIPTION})
    from_ = from_field()
    to = to_field()
    min_confidence = Share(metadata={"description": "Least confidence", "example": 0.9})
    unique = Truth(
        load_default=False,
        metadata={
            "description": "true: of quotes that say the same in several articles the earliest alone;"
            " each indirect one is kept"
        },
    )


class QuoteOptions(QuoteConditions):
    """Which quotes, and how they are to be written."""

    offsets = offsets_field()
    facets = Choices(
        "speaker",
        "source",
        "month",
        "kind",
        metadata={
            "description": "Say how the quotes of the whole list are shared among these; commas between",
            "example": "speaker,month",
        },
    )
    format = Choice(
        *FORMATS,
        metadata={
            "description": "json: a page; ndjson, csv: all quotes, a line each; citron, corenlp: a line an"
            " article, as those programs have it.  Without it `Accept` decides"
        },
    )


@blueprint.endpoint(
    "GET",
    "/quotes",
    query=QuoteOptions,
    answers={
        200: Answer(
            "A page of quotes; or all of them as NDJSON or CSV",
            FacetedQuotePageSchema,
            {"facets": FACETS_EXAMPLE, "items": [QUOTE_EXAMPLE], "next": None},
            PAGE_HEADERS,
            other_types={
                FORMATS["ndjson"]: next(write_ndjson([QUOTE_EXAMPLE])).decode(),
                FORMATS["csv"]: b"".join(write_csv([QUOTE_EXAMPLE])).decode(),
            },
        )
    },
    problems=(503,),
)
def list_quotes(options: dict[str, Any]) -> Response:
    """List quotes, newest first.

    JSON comes by the page; every other format is the whole list in one stream, which takes no `limit` and
    no `cursor`.
    """
    check_dates(options)
    wanted_format = options.pop("format", None) or choose_format()
    page, offsets, names = read_page(options), options.pop("offsets"), options.pop("facets", None)
    wanted = QuoteFilter(**options)
    if wanted_format == "json":
        answer = answer_quotes(wanted, page, offsets, names)
    else:
        check_whole(wanted_format)
        check_kind(wanted_format, wanted)
        pieces = write_quotes(current_store(), wanted, wanted_format, offsets)
        answer = Response(pieces, content_type=FORMATS[wanted_format])
    answer.vary.add("Accept")
    return answer


def choose_format() -> str:
    """Choose by what the client accepts, JSON where it says nothing that is known here."""
    return ACCEPTED[request.accept_mimetypes.best_match(ACCEPTED, default="application/json")]


def check_whole(wanted_format: str) -> None:
    """Raise the Problem of a page that is asked for in a format that has none."""
    given = [name for name in (*PAGING, "facets") if name in request.args]
    message = f"is for format=json; {wanted_format} gives the whole list"
    if given:
        raise Problem(400, [FieldError(name, message) for name in given])


def check_kind(wanted_format: str, wanted: QuoteFilter) -> None:
    """Raise the Problem of indirect quotes in a format that would give them as words spoken."""
    if wanted_format == "corenlp" and wanted.kind in ("indirect", "any"):
        raise Problem(
            400, [FieldError("kind", "must be direct or mixed: format=corenlp has no indirect quotes")]
        )


def write_quotes(store: Store, wanted: QuoteFilter, wanted_format: str, offsets: str) -> Iterator[bytes]:
    """Write all quotes of a list in a format other than JSON, while a bounded number of them is held."""
    quotes = store.stream_quotes(wanted)
    if wanted_format in ("citron", "corenlp"):
        write = write_citron if wanted_format == "citron" else write_corenlp
        return write(quotes, text_reader(store))
    if wanted_format == "ndjson" and offsets == "code-points":
        return write_ndjson(quotes)
    plain = convert_all(quotes, offsets, text_reader(store))
    return write_csv(plain) if wanted_format == "csv" else write_ndjson(plain)


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
    if options["offsets"] == "utf-16":
        return answer_json(next(convert_all([quote], "utf-16", text_reader(current_store()))))
    return answer_json(quote)


def answer_quotes(
    wanted: QuoteFilter, page: PageRequest, offsets: str, facets: Sequence[FacetName] | None = None
) -> Response:
    """Answer with a page of quotes, its offsets as asked for, and facets of the whole list."""
    store = current_store()
    found = store.list_quotes(wanted, page)
    return answer_found_quotes(found, offsets, describe_facets(store, wanted, facets) if facets else {})


def answer_found_quotes(found: Page[QuoteRecord], offsets: str, others: Mapping[str, Any]) -> Response:
    """Answer with quotes that were found; `others` are members that stand beside `items`."""
    converted = None
    if offsets == "utf-16":
        converted = list(convert_all(found.items, offsets, text_reader(current_store())))
    return answer_page(found, converted, others)


def describe_facets(store: Store, wanted: QuoteFilter, names: Sequence[FacetName]) -> dict[str, Any]:
    """Lay out facets as an answer has them."""
    counted = store.count_facets(wanted, names)
    return {"facets": {"quotes": counted.quotes, "complete": counted.complete, **counted.values}}


def convert_all(quotes: Iterable[QuoteRecord], offsets: str, read_text: ReadText) -> Iterator[dict[str, Any]]:
    """Turn quotes into plain JSON values, their offsets as asked for."""

    @lru_cache(TEXTS_AT_ONCE)
    def find_converter(article_id: str) -> Callable[[int], int]:
        return utf16_converter(read_text(article_id))

    source = iter(quotes)
    while some := to_plain(list(islice(source, QUOTES_AT_ONCE))):
        for quote in some:
            if offsets == "utf-16":
                convert_spans(quote, find_converter(quote["article"]["id"]))
                convert_snippet(quote)
            yield quote


def text_reader(store: Store) -> ReadText:
    """Give the function that reads an article's text; one that was deleted meanwhile has none."""

    def read_text(article_id: str) -> str:
        article = store.get_article(article_id)
        return (article and article.text) or ""

    return read_text
