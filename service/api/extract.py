"""Quotes of a text that is not stored."""

from typing import Any

from flask import Response

from service.api.articles import ARTICLE_EXAMPLE
from service.api.openapi.answers import Answer, answer_json
from service.api.openapi.blueprint import Blueprint
from service.api.openapi.shapes import ExtractionSchema
from service.api.quotes import QUOTE_EXAMPLE, SPEAKER_EXAMPLE, offsets_field
from service.extractor import QUOTED, explain, extract
from service.formats.plain import to_plain
from service.formats.utf16 import convert_spans, utf16_converter
from service.http.current import current_config
from service.ingest.extract import extract_counted
from service.ingest.time_limit import time_limit
from service.schemas.article import ArticleSchema, check_text
from service.schemas.fields import Kinds, RequestSchema, Truth
from service.schemas.lexicon import LEXICON_EXAMPLE, LexiconEntry, LexiconSchema

blueprint = Blueprint("extract", __name__, url_prefix="/v1", description="Extraction without storing.")

STORED_OF_SPEAKERS = ("id", "external_id", "candidates")
STORED_ONLY = (
    "id",
    "extractor_version",
    "corrected",
    "quotation",
    "occurrences",
    "article",
    "added_at",
    "changed_at",
    "snippet",
)
EXTRACTED_EXAMPLE = {name: value for name, value in QUOTE_EXAMPLE.items() if name not in STORED_ONLY}
EXTRACTED_EXAMPLE["speaker"] = {
    name: value for name, value in SPEAKER_EXAMPLE.items() if name not in STORED_OF_SPEAKERS
}
EXTRACTED_EXAMPLE["co_speakers"] = []
EXTRACTION_EXAMPLE = {"quotes": [EXTRACTED_EXAMPLE]}


class ExtractSchema(ArticleSchema):
    """An article, and extra words to read it with."""

    lexicon = LexiconEntry(
        LexiconSchema,
        load_default=None,
        allow_none=True,
        metadata={"description": "More verbs, titles and people, only for this call"},
    )


class ExtractOptions(RequestSchema):
    """Options of the answer."""

    kinds = Kinds(
        metadata={
            "description": "direct, mixed, indirect, separated by commas; or any (default: direct,mixed)",
            "example": "direct,mixed",
        },
    )
    passages = Truth(
        load_default=False,
        metadata={"description": "true: also list the passages in quotation marks that are not quotes"},
    )
    explain = Truth(
        load_default=False,
        metadata={"description": "true: explain how each quote got its speaker, and list the passages too"},
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

    Takes an article as `POST /v1/articles` does, and stores nothing.  The words of `lexicon` count only
    for this call.
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
            gender=config.speaker_gender == "on",
            read=read,
        )
    found: dict[str, Any] = {"quotes": extraction.quotes}
    if options["passages"] or options["explain"]:
        found["passages"] = extraction.passages
    if extraction.warnings:
        found["warnings"] = extraction.warnings
    if options["offsets"] == "utf-16":
        found = to_plain(found)
        convert_spans(found, utf16_converter(text))
    return answer_json(found)
