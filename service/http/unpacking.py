"""Bodies as they arrive, decompressed in small pieces."""

import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from flask import Flask, Request, Response
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]

from service.files.zstandard import zstd
from service.http.problems import Problem, answer_problem
from service.schemas.check import FieldError

CHUNK_BYTES = 64 * 1024
# What RFC 9659 allows a sender of zstd over HTTP: 8 MB.
ZSTD_WINDOW_LOG = 23
# Text unpacks to ten times its size; a few kilobytes that unpack to gigabytes are no text.
RATIO_AT_MOST = 1_000
# Packed files may be put one behind another, but not so that there is nothing in them.
EMPTY_PARTS_AT_MOST = 1_000
LEAST_PART_BYTES = 20

Chunks = Iterator[bytes | None]


class UnreadableBody(ValueError):
    """A body that breaks off or contradicts its headers; `status` is the HTTP status."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class TooSlow(ParseException):  # type: ignore[misc]  # gunicorn ships no types
    """A request whose client stopped sending for some seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    def __str__(self) -> str:
        return f"was not whole in time; the limit for a pause is {self.seconds:g} seconds"


class BrokenOff(ParseException):  # type: ignore[misc]  # gunicorn ships no types
    """A body that ended before it was complete."""

    def __init__(self, missing: int) -> None:
        super().__init__()
        self.missing = missing

    def __str__(self) -> str:
        return f"breaks off {self.missing} bytes before the end that Content-Length states"


class ClientGone(Exception):
    """A client that closed its connection: nobody is left to be answered."""


class Decompressor(Protocol):
    """The interface of `compression.zstd` and `bz2`: `needs_input` is False while more output waits."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class GzipDecompressor:
    """zlib's, with that interface."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not (self._inner.eof or self._inner.unconsumed_tail)

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def open_zstd() -> Decompressor:
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG})


DECOMPRESSORS: dict[str, Callable[[], Decompressor] | None] = {
    "identity": None,
    "gzip": GzipDecompressor,
    "x-gzip": GzipDecompressor,
    "zstd": open_zstd,
}


def register_body_problems(app: Flask) -> None:
    """Answer with a problem where a body that is read by others, such as a form, breaks off."""

    def answer(error: ParseException) -> Response:
        message = str(error) if isinstance(error, TooSlow | BrokenOff) else f"is not as HTTP has it: {error}"
        status = 408 if isinstance(error, TooSlow) else 400
        return answer_problem(status, f"body: {message}", [FieldError("body", message)])

    app.register_error_handler(ParseException, answer)


def read_encoding(request: Request) -> str:
    """Read how the body is packed.  Raises Problem."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in DECOMPRESSORS:
        raise Problem(415, [FieldError("Content-Encoding", "must be gzip, zstd, or left out")])
    return encoding


def read_chunks(stream: Any, encoding: str) -> Chunks:
    """Yield a body, unpacked, as it arrives; None before waiting for more.  Raises UnreadableBody."""
    open_decompressor = DECOMPRESSORS[encoding]
    chunks = _receive(stream)
    return chunks if open_decompressor is None else _unpack(chunks, open_decompressor)


def _receive(stream: Any) -> Chunks:
    # The service's own worker says what has arrived; other servers have what WSGI asks for.
    read = getattr(stream, "read1", stream.read)
    is_ready = getattr(stream, "is_ready", lambda: True)
    try:
        while True:
            if not is_ready():
                yield None
            if not (data := read(CHUNK_BYTES)):
                return
            yield data
    except TooSlow as error:
        raise UnreadableBody(str(error), 408) from None
    except BrokenOff as error:
        raise UnreadableBody(str(error)) from None
    except ParseException as error:
        # gunicorn reads a chunk when it is asked for it, and only then finds that it is none.
        raise UnreadableBody(f"is not in chunks as HTTP has them: {error}") from None


def _unpack(chunks: Chunks, open_decompressor: Callable[[], Decompressor]) -> Chunks:
    decompressor = open_decompressor()
    packed = unpacked = parts = 0
    for chunk in chunks:
        if chunk is None:
            yield None
            continue
        packed += len(chunk)
        data = chunk
        while data or not (decompressor.needs_input or decompressor.eof):
            if decompressor.eof:
                decompressor = open_decompressor()
                parts += 1
            try:
                piece = decompressor.decompress(data, CHUNK_BYTES)
            except (zlib.error, zstd.ZstdError) as error:
                raise UnreadableBody(f"cannot be unpacked: {error}") from None
            data = decompressor.unused_data if decompressor.eof else b""
            unpacked += len(piece)
            _check_yield(packed, unpacked, parts)
            if piece:
                yield piece
    if not decompressor.eof:
        raise UnreadableBody("cannot be unpacked: it breaks off")


def _check_yield(packed: int, unpacked: int, parts: int) -> None:
    """Raise UnreadableBody for a body that is packed to cost more than it holds; sizes are in bytes."""
    if unpacked > RATIO_AT_MOST * packed:
        raise UnreadableBody(f"cannot be unpacked: it holds more than {RATIO_AT_MOST} times its size")
    if parts > EMPTY_PARTS_AT_MOST + unpacked / LEAST_PART_BYTES:
        raise UnreadableBody(
            f"cannot be unpacked: it has {parts} parts, the limit is {EMPTY_PARTS_AT_MOST} and one for each"
            f" {LEAST_PART_BYTES} bytes in them"
        )
