"""Quotes of a text that is not stored."""

from typing import Any

from flask import Response

from service.api.answers import Answer, answer_json, to_plain
from service.api.articles import ARTICLE_EXAMPLE, ArticleSchema
from service.api.blueprint import Blueprint
from service.api.fields import RequestSchema, Truth
from service.api.quotes import QUOTE_EXAMPLE, offsets_field
from service.api.schemas import ExtractionSchema
from service.extractor import extract
from service.offsets import convert_spans, utf16_converter

blueprint = Blueprint("extract", __name__, url_prefix="/v1", description="Find quotes, store nothing.")

STORED_ONLY = ("id", "extractor_version", "corrected", "article", "snippet")
EXTRACTED_EXAMPLE = {name: value for name, value in QUOTE_EXAMPLE.items() if name not in STORED_ONLY}
EXTRACTED_EXAMPLE["speaker"] = {"name": "Jane Doe", "kind": "person"}
EXTRACTION_EXAMPLE = {"quotes": [EXTRACTED_EXAMPLE]}


class ExtractOptions(RequestSchema):
    """How the answer is to be written."""

    passages = Truth(
        load_default=False,
        metadata={"description": "true: list also the passages in marks that are no quotes"},
    )
    offsets = offsets_field()


@blueprint.endpoint(
    "POST",
    "/extract",
    query=ExtractOptions,
    body=ArticleSchema,
    body_example=ARTICLE_EXAMPLE,
    answers={200: Answer("The quotes, in the order of the text", ExtractionSchema, EXTRACTION_EXAMPLE)},
)
def extract_quotes(options: dict[str, Any], body: dict[str, Any]) -> Response:
    """Find the quotes of a text.

    Takes an article as `POST /v1/articles` does, and stores nothing.
    """
    text = body["text"]
    extraction = extract(text, language=body["language"])
    found: dict[str, Any] = {"quotes": extraction.quotes}
    if options["passages"]:
        found["passages"] = extraction.passages
    if options["offsets"] == "utf-16":
        found = to_plain(found)
        convert_spans(found, utf16_converter(text))
    return answer_json(found)
