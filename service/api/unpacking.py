"""Bodies as they arrive: what has come so far, unpacked, and never much of it at once."""

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from flask import Request
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]

from service.api.problems import FieldError, Problem

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CHUNK_BYTES = 64 * 1024
# What RFC 9659 allows a sender of zstd over HTTP: 8 MB.
ZSTD_WINDOW_LOG = 23

Chunks = Iterator[bytes | None]


class UnreadableBody(ValueError):
    """A body that breaks off, or is not what its headers say; `status` is what HTTP calls that."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class TooSlow(ParseException):  # type: ignore[misc]  # gunicorn ships no types
    """A request of which nothing more came for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    def __str__(self) -> str:
        return f"was not whole in time; the limit for a pause is {self.seconds:g} seconds"


class BrokenOff(ParseException):  # type: ignore[misc]  # gunicorn ships no types
    """A body that ended so many bytes before it was whole."""

    def __init__(self, missing: int) -> None:
        super().__init__()
        self.missing = missing

    def __str__(self) -> str:
        return f"breaks off {self.missing} bytes before the end that Content-Length states"


class Decompressor(Protocol):
    """What `compression.zstd` and `bz2` have: `needs_input` is False while more output waits."""

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
    for chunk in chunks:
        if chunk is None:
            yield None
            continue
        data = chunk
        while data or not (decompressor.needs_input or decompressor.eof):
            if decompressor.eof:
                decompressor = open_decompressor()
            try:
                piece = decompressor.decompress(data, CHUNK_BYTES)
            except (zlib.error, zstd.ZstdError) as error:
                raise UnreadableBody(f"cannot be unpacked: {error}") from None
            data = decompressor.unused_data if decompressor.eof else b""
            if piece:
                yield piece
    if not decompressor.eof:
        raise UnreadableBody("cannot be unpacked: it breaks off")
