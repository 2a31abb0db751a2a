"""`quotes verify --lines`: NDJSON with a quotation a line, answered as `POST /v1/verify/bulk` does."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import click
import orjson

from service.cli.open_store import open_store
from service.cli.settings import read_config
from service.cli.verify import NEAREST, read_text
from service.files.json_shape import find_excess
from service.files.ndjson import BadLine, parse_object, read_lines
from service.ingest.check_text import read_checked_text
from service.ingest.time_limit import OutOfTime
from service.schemas.article import check_text
from service.schemas.check import FieldError, InvalidFields, describe_errors
from service.schemas.verify import read_conditions, read_verification
from service.store import InvalidQuery, Store, Verification
from service.verify.normalise import read_quotation
from service.verify.text import Finding

Answer = Finding | Verification


def verify_lines(lines: BinaryIO, article: Path | None) -> bool:
    """Print an answer for each line, with its number from 1; whether all quotations are exact."""
    text = None if article is None else read_text(article)
    all_exact = True
    with ExitStack() as stack:
        opened: list[Store] = []

        def open_once() -> Store:
            """Open the store for the first line that needs it."""
            if not opened:
                opened.append(stack.enter_context(open_store()))
            return opened[0]

        for number, line in read_lines(lines):
            answer = answer_line(line, text, open_once)
            all_exact = all_exact and answer.get("verdict") == "exact"
            click.echo(orjson.dumps({"line": number, **answer}, option=orjson.OPT_UTC_Z))
    return all_exact


def answer_line(line: bytes, text: str | None, open_once: Callable[[], Store]) -> dict[str, Any]:
    """Check the quotation of a line against its own text, else the one given, else the store."""
    try:
        return asdict(check_line(line, text, open_once))
    except BadLine as bad:
        errors = [FieldError(bad.field or "line", bad.message)]
    except InvalidFields as invalid:
        errors = invalid.errors
    except InvalidQuery as error:
        errors = [FieldError(error.field, f"{error.message} (at position {error.position})")]
    except OutOfTime as error:
        errors = [FieldError("text", str(error))]
    fields = [error._asdict() for error in errors]
    return {"error": {"detail": describe_errors(errors), "errors": fields}}


def check_line(line: bytes, text: str | None, open_once: Callable[[], Store]) -> Answer:
    """Raise BadLine, InvalidFields, InvalidQuery or OutOfTime for a line that cannot be checked."""
    if excess := find_excess(line):
        raise BadLine(f"the line {excess}")
    given = parse_object(line)
    body = read_verification(
        given if text is None or given.get("text") is not None else {**given, "text": text}
    )
    quotation = read_quotation(body["quote"])
    if body.get("text") is None:
        return open_once().verify_quotation(quotation, read_conditions(body), NEAREST)
    check_text(body["text"], read_config())
    return read_checked_text(body["text"], body["language"], read_config()).verify(
        quotation, body.get("speaker")
    )
