"""Try it: a text that is pasted, marked, beside the JSON of its quotes and the command that gives it."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Response, request, url_for

from service.api.blueprint import check
from service.api.fields import Choice, RequestSchema, Text
from service.api.problems import Problem
from service.api.stores import current_config
from service.extractor import EVERY_KIND, QUOTED, Quote
from service.ingest import extract_in_time
from service.store import Article
from service.web.blueprint import answer_page, blueprint
from service.web.marking import mark_text

TRIED_LENGTH = 10_000
# More would make the page too large.
SHOWN_QUOTES = 50
SHOWN_PASSAGES = 200


class TrialSchema(RequestSchema):
    """What the form sends."""

    text = Text(required=True, maximum=TRIED_LENGTH)
    kinds = Choice("any")


TRIAL = TrialSchema()


@blueprint.get("/try")
def show_form() -> Response:
    """Show the form."""
    return answer_page("trial.html", text="", told=False, error=None, limit=TRIED_LENGTH)


@blueprint.post("/try")
def show_trial() -> Response:
    """Show what is found in a text; nothing is stored."""
    given = {name: value for name, value in request.form.items() if name in TRIAL.fields}
    # A form sends each line end as two characters.
    text = given["text"] = given.get("text", "").replace("\r\n", "\n")
    told = "kinds" in given
    page: dict[str, Any] = {"text": text[:TRIED_LENGTH], "told": told, "limit": TRIED_LENGTH}
    try:
        check(TRIAL, given, 422)
    except Problem as problem:
        return answer_page("trial.html", 422, error=problem.errors[0], **page)
    return answer_page("trial.html", error=None, **page, **describe_found(text, told=told))


def describe_found(text: str, *, told: bool) -> dict[str, Any]:
    """Find the quotes of a text, and what is told without marks too, and write them as the API does."""
    kinds = EVERY_KIND if told else QUOTED
    extraction = extract_in_time(Article(text=text), current_config().extract_seconds, kinds)
    asked = {"kinds": "any"} if told else {}
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
