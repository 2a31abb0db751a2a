"""Quotes of a text that is not stored."""

from typing import Any

from flask import Response

from service.api.answers import Answer, answer_json, to_plain
from service.api.articles import ARTICLE_EXAMPLE, ArticleSchema, check_text
from service.api.blueprint import Blueprint
from service.api.fields import Kinds, RequestSchema, Truth
from service.api.lexicon import LEXICON_EXAMPLE, Entry, LexiconSchema
from service.api.quotes import QUOTE_EXAMPLE, offsets_field
from service.api.schemas import ExtractionSchema
from service.api.stores import current_config
from service.extractor import QUOTED, explain, extract
from service.monitoring.metrics import extract_counted
from service.offsets import convert_spans, utf16_converter
from service.time_limit import time_limit

blueprint = Blueprint("extract", __name__, url_prefix="/v1", description="Find quotes, store nothing.")

STORED_ONLY = ("id", "extractor_version", "corrected", "quotation", "occurrences", "article", "snippet")
EXTRACTED_EXAMPLE = {name: value for name, value in QUOTE_EXAMPLE.items() if name not in STORED_ONLY}
EXTRACTED_EXAMPLE["speaker"] = {"name": "Jane Doe", "kind": "person"}
EXTRACTION_EXAMPLE = {"quotes": [EXTRACTED_EXAMPLE]}


class ExtractSchema(ArticleSchema):
    """An article, and extra words to read it with."""

    lexicon = Entry(
        LexiconSchema,
        load_default=None,
        allow_none=True,
        metadata={"description": "More verbs, titles and people, for this call alone"},
    )


class ExtractOptions(RequestSchema):
    """How the answer is to be written."""

    kinds = Kinds(
        metadata={
            "description": "direct, mixed, indirect, divided by commas; or any.  Without it direct,mixed",
            "example": "direct,mixed",
        },
    )
    passages = Truth(
        load_default=False,
        metadata={"description": "true: list also the passages in marks that are no quotes"},
    )
    explain = Truth(
        load_default=False,
        metadata={"description": "true: say how each quote got its speaker, and list the passages too"},
    )
    offsets = offsets_field()


@blueprint.endpoint(
    "POST",
    "/extract",
    query=ExtractOptions,
    body=ExtractSchema,
    body_example={**ARTICLE_EXAMPLE, "lexicon": LEXICON_EXAMPLE},
    answers={200: Answer("The quotes, in the order of the text", ExtractionSchema, EXTRACTION_EXAMPLE)},
)
def extract_quotes(options: dict[str, Any], body: dict[str, Any]) -> Response:
    """Find the quotes of a text.

    Takes an article as `POST /v1/articles` does, and stores nothing.  The words of `lexicon` count for this
    call alone.
    """
    text, config = body["text"], current_config()
    check_text(text, config)
    read = explain if options["explain"] else extract
    with time_limit(config.extract_seconds):
        extraction = extract_counted(
            text,
            language=body["language"],
            lexicon=body["lexicon"],
            kinds=options.get("kinds", QUOTED),
            read=read,
        )
    found: dict[str, Any] = {"quotes": extraction.quotes}
    if options["passages"] or options["explain"]:
        found["passages"] = extraction.passages
    if options["offsets"] == "utf-16":
        found = to_plain(found)
        convert_spans(found, utf16_converter(text))
    return answer_json(found)
