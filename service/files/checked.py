"""Objects of files and bodies, checked: what they give, or why it is refused."""

from collections.abc import Callable
from typing import Any, TypeVar

from service.files.ndjson import BadLine, parse_object
from service.ingest.entries import Refusal
from service.schemas.check import InvalidFields

Given = TypeVar("Given")


def read_line(
    line: bytes, read: Callable[[dict[str, Any]], Given], longest: int | None = None
) -> Given | Refusal:
    """Read the object of a line of NDJSON, of at most `longest` bytes (None: the limit of articles)."""
    try:
        return read_fields(parse_object(line, longest), read)
    except BadLine as bad:
        return Refusal([(bad.field, bad.message)])


def read_fields(given: dict[str, Any], read: Callable[[dict[str, Any]], Given]) -> Given | Refusal:
    """Read an object with a function that raises InvalidFields for one that is wrong."""
    try:
        return read(given)
    except InvalidFields as invalid:
        return Refusal(invalid.errors)
