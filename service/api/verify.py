"""Quotations, checked against what was said."""

import logging
from collections.abc import Iterator
from typing import Any

from flask import Response, request

from service.api.extract import EXTRACTED_EXAMPLE
from service.api.openapi.answers import Answer, answer_json
from service.api.openapi.blueprint import Blueprint
from service.api.openapi.shapes import VerificationLineSchema, VerificationSchema
from service.api.quotes import OffsetsOption
from service.config import Config
from service.formats.plain import text_reader, to_plain
from service.formats.utf16 import convert_spans, utf16_converter
from service.http.current import current_config, current_store
from service.http.lines import NDJSON_TYPE, BodyLines, write_line
from service.http.unpacking import ClientGone
from service.ingest.check_text import read_checked_text
from service.ingest.entries import Refusal
from service.ingest.time_limit import OutOfTime
from service.schemas.article import check_text
from service.schemas.check import InvalidFields
from service.schemas.verify import VerifySchema, read_conditions, read_verification
from service.store import InvalidQuery, Store, StoreNotReady
from service.verify.normalise import read_quotation

blueprint = Blueprint("verify", __name__, url_prefix="/v1", description="Quotations checked.")

LOG = logging.getLogger(__name__)
# The nearest quotes of an answer, and the quotations of a body of lines.
NEAREST = 5
MOST_LINES = 10_000

VERIFY_EXAMPLE = {
    "quote": "We will never move",
    "speaker": "Doe",
    "text": "“We will not move,” said Jane Doe.",
}
COMPARISON_EXAMPLE = {
    "verdict": "altered",
    "similarity": 0.75,
    "place": {"start": 1, "end": 17, "text": "We will not move"},
    "differences": [
        {
            "kind": "kept",
            "given": {"start": 0, "end": 7, "text": "We will"},
            "said": {"start": 1, "end": 8, "text": "We will"},
            "editorial": False,
        },
        {
            "kind": "changed",
            "given": {"start": 8, "end": 13, "text": "never"},
            "said": {"start": 9, "end": 12, "text": "not"},
            "editorial": False,
        },
        {
            "kind": "kept",
            "given": {"start": 14, "end": 18, "text": "move"},
            "said": {"start": 13, "end": 17, "text": "move"},
            "editorial": False,
        },
    ],
}
FINDING_EXAMPLE = {**COMPARISON_EXAMPLE, "quote": EXTRACTED_EXAMPLE, "joined": None, "speaker_matches": True}


@blueprint.endpoint(
    "POST",
    "/verify",
    query=OffsetsOption,
    body=VerifySchema,
    body_example=VERIFY_EXAMPLE,
    problems=(503,),
    answers={200: Answer("How it differs from what was said", VerificationSchema, FINDING_EXAMPLE)},
)
def verify_quotation(options: dict[str, Any], body: dict[str, Any]) -> Response:
    """Check a quotation against a text, or without one against the store: was it said so, and by whom?

    Marks, spaces, dashes, apostrophes and case do not count.  “…” and “[they]” in the
    quotation are read as an editor means them, and “(laughs)” is passed over.
    """
    return answer_json(check_quotation(current_store(), current_config(), body, options["offsets"]))


@blueprint.endpoint(
    "POST",
    "/verify/bulk",
    query=OffsetsOption,
    body_lines=(NDJSON_TYPE, VerifySchema, VERIFY_EXAMPLE),
    problems=(400, 415),
    answers={
        200: Answer(
            "A line for each line, in order",
            VerificationLineSchema,
            {"line": 1, **FINDING_EXAMPLE},
            {},
            NDJSON_TYPE,
        )
    },
)
def verify_quotations(options: dict[str, Any]) -> Response:
    """Check many quotations.

    The body is NDJSON: a line a quotation, as `POST /v1/verify` takes it, at most 10,000 of them; it may be
    packed (`Content-Encoding: gzip` or `zstd`).  It is answered while it is read: `line`, counted from 1,
    and what `POST /v1/verify` answers, or `error`.  Blank lines get no answer.  Should the body or the store
    fail on the way, the error of the last line names `body` or `store`, and what follows was not read.
    Lines about the same text are answered much faster if they follow each other.
    """
    store, config = current_store(), current_config()
    lines = BodyLines(request, read_verification, "quotation", longest=config.max_body_bytes, most=MOST_LINES)
    return Response(answer_lines(store, config, lines, options["offsets"]), content_type=NDJSON_TYPE)


def answer_lines(
    store: Store, config: Config, lines: BodyLines[dict[str, Any]], offsets: str
) -> Iterator[bytes]:
    # The head alone: what is sent shows whether the client is still there.
    yield b""
    number = 0
    try:
        for line in lines:
            if line is None:
                continue
            number = line.number
            given = line.given
            answer = given if isinstance(given, Refusal) else answer_line(store, config, given, offsets)
            yield write_line(number, answer)
    except StoreNotReady as error:
        LOG.error("store not ready: %s", error)
        yield write_line(number, Refusal([("store", error.message)]))
    except ClientGone:
        LOG.info("a client went away while its quotations were checked")


def answer_line(store: Store, config: Config, body: dict[str, Any], offsets: str) -> Any:
    """Check the quotation of a line, whose faults stop no other line.  Raises StoreNotReady."""
    try:
        return to_plain(check_quotation(store, config, body, offsets))
    except InvalidFields as error:
        return Refusal(error.errors)
    except InvalidQuery as error:
        return Refusal([(error.field, f"{error.message} (at position {error.position})")])
    except OutOfTime as error:
        return Refusal([("text", str(error))])
    except StoreNotReady:
        raise
    except Exception as error:
        LOG.error("a quotation could not be checked", exc_info=error)
        return Refusal([(None, "could not be checked; the cause is in the log")])


def check_quotation(store: Store, config: Config, body: dict[str, Any], offsets: str) -> Any:
    """Check a quotation against its text, or without one against what is stored.

    Raises InvalidFields, InvalidQuery, OutOfTime, StoreNotReady.
    """
    if body.get("text") is None:
        return check_against_store(store, body, offsets)
    return check_against_text(config, body, offsets)


def check_against_store(store: Store, body: dict[str, Any], offsets: str) -> Any:
    found = store.verify_quotation(read_quotation(body["quote"]), read_conditions(body), NEAREST)
    if offsets != "utf-16":
        return found
    plain = to_plain(found)
    read_text = text_reader(store)
    for near in plain["items"]:
        convert_places(near, body["quote"], read_text(near["quote"]["article"]["id"]))
    return plain


def check_against_text(config: Config, body: dict[str, Any], offsets: str) -> Any:
    text = body["text"]
    check_text(text, config)
    checked = read_checked_text(text, body["language"], config)
    finding = checked.verify(read_quotation(body["quote"]), body.get("speaker"))
    if offsets != "utf-16":
        return finding
    plain = to_plain(finding)
    convert_places(plain, body["quote"], text)
    return plain


def convert_places(plain: dict[str, Any], quotation: str, text: str) -> None:
    """Convert, in place, offsets in the quotation and in the text into UTF-16 units."""
    given = [difference.pop("given") for difference in plain["differences"]]
    convert_spans(plain, utf16_converter(text))
    convert_spans(given, utf16_converter(quotation))
    for difference, span in zip(plain["differences"], given, strict=True):
        difference["given"] = span
