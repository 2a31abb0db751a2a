"""The page “Try it”: a pasted text with its quotes marked, their JSON, and the command that prints it."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Response, request, url_for

from service.extractor import EVERY_KIND, QUOTED, Quote
from service.http.current import current_config
from service.ingest.extract import extract_in_time
from service.schemas.check import InvalidFields, check
from service.schemas.fields import Choice, RequestSchema, Text
from service.store import Article
from service.web.blueprint import answer_page, blueprint
from service.web.marking import mark_text

TRIED_LENGTH = 10_000
# More would make the page too large.
SHOWN_QUOTES = 50
SHOWN_PASSAGES = 200


class TrialSchema(RequestSchema):
    """The fields of the form."""

    text = Text(required=True, maximum=TRIED_LENGTH)
    kinds = Choice("any")


TRIAL = TrialSchema()


@blueprint.get("/try")
def show_form() -> Response:
    """Show the form."""
    return answer_page("trial.html", text="", indirect=False, error=None, limit=TRIED_LENGTH)


@blueprint.post("/try")
def show_trial() -> Response:
    """Show the quotes of a text; nothing is stored."""
    given = {name: value for name, value in request.form.items() if name in TRIAL.fields}
    # A form sends each line end as two characters.
    text = given["text"] = given.get("text", "").replace("\r\n", "\n")
    indirect = "kinds" in given
    page: dict[str, Any] = {"text": text[:TRIED_LENGTH], "indirect": indirect, "limit": TRIED_LENGTH}
    try:
        check(TRIAL, given)
    except InvalidFields as invalid:
        return answer_page("trial.html", 422, error=invalid.errors[0], **page)
    return answer_page("trial.html", error=None, **page, **describe_found(text, indirect=indirect))


def describe_found(text: str, *, indirect: bool) -> dict[str, Any]:
    """Extract the quotes of a text, indirect ones too if asked, and write them as the API does."""
    kinds = EVERY_KIND if indirect else QUOTED
    extraction = extract_in_time(Article(text=text), current_config().extract_seconds, kinds)
    asked = {"kinds": "any"} if indirect else {}
    address = url_for("extract.extract_quotes", _external=True, **asked)
    body = json.dumps({"text": text}, ensure_ascii=False)
    shown = extraction.quotes[:SHOWN_QUOTES]
    return {
        "marked": mark_text(text, shown, extraction.passages[:SHOWN_PASSAGES]),
        "number": len(extraction.quotes),
        "silent": extraction.passages,
        "as_json": write_quotes(shown),
        "command": shlex.join(["curl", "-s", address, "-H", "Content-Type: application/json", "-d", body]),
    }


def write_quotes(quotes: Sequence[Quote]) -> str:
    """Write quotes as `POST /v1/extract` answers, set out for reading."""
    return json.dumps({"quotes": [asdict(quote) for quote in quotes]}, ensure_ascii=False, indent=2)
