"""What schemathesis has to know of the service: NDJSON, and which refusals no schema can foretell."""

import json
from typing import Any

import schemathesis
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
    use_after_free,
)

from tests.api.test_openapi import build_validator, resolve

NDJSON = "application/x-ndjson"
# Fields that may be well formed and yet name nothing that is stored, or a list that was never given.
REFERENCES = {"cursor", "into", "speaker.id", "token"}
# Fields that need a letter or digit, or are a query: there is no pattern for these that all readers know.
WORDS = {"q", "speaker", "name", "aliases", "speaker.name", "quote"}
# What is blank: Python knows a few characters more than the patterns of JSON Schema do.
BLANK = "must not be empty or blank"
# Parameters that another one may rule out: a page of a format that has none, a range upside down.
CLASHES = {
    "limit": {"format", "excel"},
    "cursor": {"format", "excel"},
    "facets": {"format", "excel"},
    "excel": {"format"},
    "from": {"to"},
    "undated": {"from", "to"},
}
# Fields of a body beside a text, which are for what is stored.
STORED = {"source", "from", "to"}
BULK = ("/v1/articles/bulk", "/v1/verify/bulk", "/v1/people")


@schemathesis.serializer(NDJSON)
def write_lines(_context: Any, value: Any) -> bytes:
    """Write one line: the document describes a line by itself."""
    return json.dumps(value).encode() + b"\n"


@schemathesis.check
def every_line_is_documented(_context: Any, response: Any, case: Any) -> None:
    """Hold each line of an answer against the schema of a line."""
    if response.headers.get("content-type") != [NDJSON]:
        return
    document = case.operation.schema.raw_schema
    answers = case.operation.definition.raw["responses"]
    content = resolve(document, answers[str(response.status_code)])["content"]
    validator = build_validator(document, content[NDJSON]["schema"])
    for line in response.content.splitlines():
        validator.validate(json.loads(line))


@schemathesis.check
def valid_data_is_accepted(context: Any, response: Any, case: Any) -> None:
    """As `positive_data_acceptance`, but for what a schema of single fields cannot say."""
    refused = response.status_code in (400, 422)
    errors = json.loads(response.content)["errors"] if refused else []
    if not errors or not all(is_unforeseen(error, case) for error in errors):
        positive_data_acceptance(context, response, case)


def is_unforeseen(error: dict[str, str], case: Any) -> bool:
    field = error["field"]
    return (
        error["message"] == BLANK
        or field in REFERENCES | WORDS
        or not CLASHES.get(field, set()).isdisjoint(case.query or ())
        or field == "order"  # by relevance only with q
        or (field == "since" and isinstance(case.body, dict) and case.body.get("until") is not None)
        or (field in STORED and isinstance(case.body, dict) and case.body.get("text") is not None)
    )


@schemathesis.check
def invalid_data_is_rejected(context: Any, response: Any, case: Any) -> None:
    """As `negative_data_rejection`, but bulk refuses a line and not the request; 413 and 414 refuse."""
    if response.status_code in (413, 414) or (case.operation.path in BULK and response.status_code == 200):
        return
    if not is_valid_after_all(case):
        negative_data_rejection(context, response, case)


@schemathesis.check
def what_is_gone_stays_gone(context: Any, response: Any, case: Any) -> None:
    """As `use_after_free`, but for corrections: they come again with the next change of their quote."""
    if not case.operation.path.endswith("/correction"):
        use_after_free(context, response, case)


def is_valid_after_all(case: Any) -> bool:
    """Whether the body alone was to be wrong, and fits: schemathesis may leave out what is not required."""
    wrong = [part.value for part, info in case.meta.components.items() if info.mode.is_negative]
    if wrong != ["body"] or case.media_type is None:
        return False
    content = case.operation.definition.raw["requestBody"]["content"]
    schema = content[case.media_type]["schema"]
    return build_validator(case.operation.schema.raw_schema, schema).is_valid(case.body)
