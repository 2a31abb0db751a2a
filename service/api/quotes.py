"""Quotes: by speaker, words, article, source, date and kind, in any combination and in several formats."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response, request
from marshmallow import fields

from service.api.openapi.answers import Answer, answer_json, answer_page
from service.api.openapi.blueprint import Blueprint
from service.api.openapi.paging import (
    PAGE_HEADERS,
    PAGING,
    SOURCE_DESCRIPTION,
    PageOptions,
    check_dates,
    check_list,
    from_field,
    order_field,
    page_schema,
    read_page,
    since_field,
    to_field,
    undated_field,
)
from service.api.openapi.shapes import FacetsSchema, QuoteCountSchema, QuoteSchema
from service.formats.citron import write_citron
from service.formats.corenlp import write_corenlp
from service.formats.csv import write_csv
from service.formats.ndjson import write_ndjson
from service.formats.plain import convert_all, text_reader
from service.http.current import current_store
from service.http.problems import Problem, not_found
from service.schemas.check import FieldError
from service.schemas.fields import Choice, Choices, RequestSchema, Share, Text, Texts, Truth
from service.schemas.kinds import GENDERS, KINDS, SPEAKER_KINDS
from service.store import FacetName, Page, PageRequest, QuoteFilter, QuoteRecord, Store

blueprint = Blueprint("quotes", __name__, url_prefix="/v1", description="Who said what.")

SPEAKER_EXAMPLE = {
    "id": "s81b2",
    "name": "Jane Doe",
    "kind": "person",
    "role": {"start": 37, "end": 42, "text": "mayor"},
    "affiliation": None,
    "roles": [{"start": 37, "end": 42, "text": "mayor"}],
    "gender": "f",
    "gender_evidence": "pronoun",
    "external_id": "Q42",
    "candidates": [],
}
QUOTE_EXAMPLE: dict[str, Any] = {
    "id": "q1f0c9",
    "text": "We will not move",
    "kind": "direct",
    "segments": [{"start": 1, "end": 17, "text": "We will not move"}],
    "speaker": SPEAKER_EXAMPLE,
    "mention": {"start": 25, "end": 33, "text": "Jane Doe"},
    "cue": {"start": 20, "end": 24, "text": "said"},
    "rule": "quote_cue_name",
    "confidence": 0.97,
    "clause": None,
    "co_speakers": [],
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
    "added_at": "2026-04-01T06:00:00Z",
    "changed_at": "2026-04-01T06:00:00Z",
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
# Speakers, or sources, of which any will do: each is looked up by itself.
MOST_NAMES = 10
LISTED_KINDS = (*KINDS, "any")
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
    """A page of quotes, and counts for the whole list."""

    facets = fields.Nested(FacetsSchema, metadata={"description": "The facets requested by `facets`"})


def offsets_field() -> Choice:
    """Build the option of every answer that holds offsets."""
    return Choice(
        "code-points",
        "utf-16",
        load_default="code-points",
        metadata={"description": "The unit of offsets: code points, or UTF-16 code units"},
    )


def kind_field() -> Choice:
    """Build the option of every list of quotes."""
    return Choice(
        *LISTED_KINDS, metadata={"description": "Kind of quote, or any; only direct and mixed by default"}
    )


def role_field() -> Text:
    """Build the option for the role of speakers."""
    return Text(
        maximum=200,
        metadata={
            "description": "A role without “of Acme”; case and accents are ignored",
            "example": "mayor",
        },
    )


def gender_field() -> Choice:
    """Build the option for the gender of speakers."""
    return Choice(*GENDERS, metadata={"description": "Gender of the speaker, as the article shows it"})


def speaker_kind_field() -> Choice:
    """Build the option for the kind of speakers."""
    return Choice(*SPEAKER_KINDS, metadata={"description": "Kind of speaker"})


class OffsetsOption(RequestSchema):
    """The option for the unit of offsets."""

    offsets = offsets_field()


class QuotePageOptions(PageOptions):
    """A page of the quotes of one article or speaker."""

    kind = kind_field()
    offsets = offsets_field()


class QuoteConditions(PageOptions):
    """Conditions for quotes: all that are given must hold."""

    speaker = Texts(
        maximum=200,
        most=MOST_NAMES,
        metadata={
            "description": "A speaker's name, or prefixes of its words; case and accents are ignored."
            " Several: any of them",
            "example": ["doe"],
        },
    )
    speaker_id = Text(
        maximum=200,
        metadata={"description": "A speaker's id; if the speaker was merged, quotes of the other one"},
    )
    external_id = Text(
        maximum=200,
        metadata={"description": "An external id of the speaker: a Wikidata QID, say", "example": "Q42"},
    )
    article = Text(maximum=200, metadata={"description": "An article's id"})
    q = Text(
        maximum=500,
        metadata={
            "description": 'Words of the quote, "a phrase", this OR that, -without, prefix*, (…)',
            "example": "not move",
        },
    )
    kind = kind_field()
    source = Texts(
        maximum=200,
        most=MOST_NAMES,
        metadata={"description": f"{SOURCE_DESCRIPTION}. Several: any of them"},
    )
    from_ = from_field()
    to = to_field()
    since = since_field()
    undated = undated_field()
    min_confidence = Share(metadata={"description": "Least confidence", "example": 0.9})
    unique = Truth(
        load_default=False,
        metadata={
            "description": "true: of equal quotes in several articles only the earliest;"
            " each indirect one is kept"
        },
    )
    order = order_field("newest", "oldest", "relevance", "added")
    role = role_field()
    gender = gender_field()
    speaker_kind = speaker_kind_field()


class CountOptions(QuoteConditions):
    """Conditions for the quotes that are counted."""

    class Meta:
        exclude = ("limit", "cursor", "order")


class QuoteOptions(QuoteConditions):
    """Conditions for quotes, and their format."""

    offsets = offsets_field()
    facets = Choices(
        "speaker",
        "source",
        "month",
        "kind",
        "gender",
        "role",
        "speaker_kind",
        metadata={
            "description": "Count the quotes of the whole list by these, separated by commas",
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
    excel = Truth(
        load_default=False,
        metadata={
            "description": "true: CSV for Excel, as a file to save, with a byte order mark"
            " and no line ends inside cells"
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
    check_list(options)
    for_excel = options.pop("excel")
    wanted_format = options.pop("format", None) or ("csv" if for_excel else choose_format())
    page, offsets, names = read_page(options), options.pop("offsets"), options.pop("facets", None)
    if for_excel and wanted_format != "csv":
        raise Problem(400, [FieldError("excel", "is for format=csv")])
    wanted = QuoteFilter(**options)
    if wanted_format == "json":
        answer = answer_quotes(wanted, page, offsets, names)
    else:
        check_whole(wanted_format)
        check_kind(wanted_format, wanted)
        check_order(wanted_format, wanted)
        pieces = write_quotes(current_store(), wanted, wanted_format, offsets, for_excel=for_excel)
        answer = Response(pieces, content_type=FORMATS[wanted_format])
        if for_excel:
            answer.headers["Content-Disposition"] = 'attachment; filename="quotes.csv"'
    answer.vary.add("Accept")
    return answer


def choose_format() -> str:
    """Choose a format by the client's `Accept`; JSON if it names no known type."""
    return ACCEPTED[request.accept_mimetypes.best_match(ACCEPTED, default="application/json")]


def check_whole(wanted_format: str) -> None:
    """Raise a Problem if a page is requested in a format without pages."""
    given = [name for name in (*PAGING, "facets") if name in request.args]
    message = f"is for format=json; {wanted_format} gives the whole list"
    if given:
        raise Problem(400, [FieldError(name, message) for name in given])


def check_kind(wanted_format: str, wanted: QuoteFilter) -> None:
    """Raise a Problem for indirect quotes in a format that would show them as direct ones."""
    if wanted_format == "corenlp" and wanted.kind in ("indirect", "any"):
        raise Problem(
            400, [FieldError("kind", "must be direct or mixed: format=corenlp has no indirect quotes")]
        )


def check_order(wanted_format: str, wanted: QuoteFilter) -> None:
    """Raise a Problem for an order that would part or turn around the quotes of an article on one line."""
    if wanted_format in ("citron", "corenlp") and wanted.order not in (None, "newest"):
        message = f"is for json, ndjson and csv: a line of format={wanted_format} is a whole article"
        raise Problem(400, [FieldError("order", message)])


def write_quotes(
    store: Store, wanted: QuoteFilter, wanted_format: str, offsets: str, *, for_excel: bool
) -> Iterator[bytes]:
    """Write all quotes of a list in a format other than JSON, while a bounded number of them is held."""
    quotes = store.stream_quotes(wanted)
    if wanted_format in ("citron", "corenlp"):
        write = write_citron if wanted_format == "citron" else write_corenlp
        return write(quotes, text_reader(store))
    if wanted_format == "ndjson" and offsets == "code-points":
        return write_ndjson(quotes)
    plain = convert_all(quotes, offsets, text_reader(store))
    return write_csv(plain, for_excel=for_excel) if wanted_format == "csv" else write_ndjson(plain)


@blueprint.endpoint(
    "GET",
    "/quotes/count",
    query=CountOptions,
    answers={200: Answer("The count", QuoteCountSchema, {"quotes": 12, "complete": True})},
    problems=(503,),
)
def count_quotes(options: dict[str, Any]) -> Response:
    """Count quotes under the conditions of the list.

    At most the newest 100,000 are looked at; if there are more, `complete` is false.
    """
    check_dates(options)
    return answer_json(current_store().count_quotes(QuoteFilter(**options)))


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
    """Answer with a page of quotes; `others` are members beside `items`."""
    converted = None
    if offsets == "utf-16":
        converted = list(convert_all(found.items, offsets, text_reader(current_store())))
    return answer_page(found, converted, others)


def describe_facets(store: Store, wanted: QuoteFilter, names: Sequence[FacetName]) -> dict[str, Any]:
    """Lay out facets as an answer has them."""
    counted = store.count_facets(wanted, names)
    return {"facets": {"quotes": counted.quotes, "complete": counted.complete, **counted.values}}
