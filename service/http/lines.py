"""Bodies of NDJSON: read line by line as long as they hold what is wanted and the client is still there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson
from flask import Request

from service.files.checked import read_line
from service.files.json_shape import find_excess
from service.files.ndjson import split_lines
from service.http.problems import Problem, describe_fields
from service.http.unpacking import Chunks, ClientGone, UnreadableBody, read_chunks, read_encoding
from service.ingest.entries import Refusal
from service.schemas.check import FieldError, describe_errors

NDJSON_TYPE = "application/x-ndjson"
NDJSON_TYPES = (NDJSON_TYPE, "application/ndjson", "application/jsonl")
# How much may be sent without a line that is wanted: blank or refused lines, or a line beyond its limit.
BARREN_LINES = 10_000
BARREN_BYTES = 64_000_000
# How files begin that gzip and zstd packed.
PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}

Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class BodyLine(Generic[Given]):
    """The content of a line, or the error in its place; its number from 1, and its size in bytes."""

    number: int
    given: Given | Refusal
    size: int


class BodyLines(Generic[Given]):
    """The lines of a request's body."""

    def __init__(
        self,
        request: Request,
        read: Callable[[dict[str, Any]], Given],
        thing: str,
        *,
        longest: int,
        most: int | None = None,
    ) -> None:
        """Read a body whose lines are objects that `read` understands, or for which it raises InvalidFields.

        `thing` names them in errors.  A line has at most `longest` bytes, a body at most `most` things.
        Raises Problem for headers that do not fit.
        """
        if request.mimetype not in NDJSON_TYPES:
            raise Problem(415, [FieldError("Content-Type", f"must be {NDJSON_TYPE}")])
        # Not `request.stream`, which ends where the limit of other bodies is.
        stream = request.environ["wsgi.input"]
        self._chunks = read_chunks(stream, read_encoding(request))
        self._read = read
        self._thing = thing
        self._longest = longest
        self._most = most
        # The service's own worker alone knows of these.
        self._is_abandoned: Callable[[], bool] = getattr(stream, "is_abandoned", lambda: False)
        self._allow_pause: Callable[[], None] = getattr(stream, "allow_pause", lambda: None)
        self._held = 0
        # Since the last thing.
        self._lines = 0
        self._bytes = 0

    def __iter__(self) -> Iterator[BodyLine[Given] | None]:
        """Yield the content of each line; None before waiting for more.  Raises ClientGone."""
        number = 0
        try:
            for numbered in split_lines(self._count_chunks(), self._longest):
                if numbered is None:
                    yield None
                    continue
                if number == 0:
                    check_packing(numbered[1])
                if self._held == self._most:
                    raise UnreadableBody(f"holds more than {self._most} of these: {self._thing}")
                number, line = numbered
                given = self._read_line(line)
                if not isinstance(given, Refusal):
                    self._lines = self._bytes = 0
                    self._held += 1
                    self._allow_pause()
                if self._is_abandoned():
                    raise ClientGone
                yield BodyLine(number, given, len(line))
        except UnreadableBody as error:
            yield BodyLine(number + 1, Refusal([("body", str(error))]), 0)

    def _count_chunks(self) -> Chunks:
        """Yield chunks.  Raises UnreadableBody where many lines or bytes hold nothing, ClientGone."""
        most_bytes = BARREN_BYTES + self._longest
        for chunk in self._chunks:
            if self._is_abandoned():
                raise ClientGone
            # What the last chunk holds has been read by now: the things stand anywhere in it.
            if self._lines > BARREN_LINES or self._bytes > most_bytes:
                raise UnreadableBody(
                    f"holds no {self._thing} in its last {self._lines} lines, {self._bytes} bytes;"
                    f" the limits are {BARREN_LINES} lines and {most_bytes} bytes"
                )
            if chunk is not None:
                self._lines += chunk.count(b"\n")
                self._bytes += len(chunk)
            yield chunk

    def _read_line(self, line: bytes) -> Given | Refusal:
        if excess := find_excess(line):
            return Refusal([(None, f"the line {excess}")])
        return read_line(line, self._read, self._longest)


def check_packing(line: bytes) -> None:
    """Raise UnreadableBody for a packed body without the header that says so."""
    for start, encoding in PACKED.items():
        if line.startswith(start):
            raise UnreadableBody(f"is packed with {encoding}: send the header Content-Encoding: {encoding}")


def write_line(line: int, answer: dict[str, Any] | Refusal) -> bytes:
    """Write the answer to a line; an error in the members of a problem."""
    if isinstance(answer, Refusal):
        errors = [FieldError(field or "line", message) for field, message in answer.errors]
        answer = {"error": {"detail": describe_errors(errors), "errors": describe_fields(errors)}}
    return orjson.dumps({"line": line, **answer}, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z)
