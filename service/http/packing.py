"""Answers packed with gzip for clients that accept it; a stream stays one, and keeps no piece back."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

from flask import Flask, Response, request
from werkzeug.http import parse_accept_header

from service.http.strong_tags import mark_packed

# Below that, the answer fits a packet or two either way.
LEAST_BYTES = 1_400
LEVEL = zlib.Z_DEFAULT_COMPRESSION
PACKED_TYPES = ("application/json", "application/x-ndjson", "text/")


def register_packing(app: Flask) -> None:
    """Compress answers that are large enough."""
    app.after_request(_pack_answer)


def _pack_answer(response: Response) -> Response:
    accepted = request.environ.get("HTTP_ACCEPT_ENCODING")
    if accepted is None or response.status_code != 200 or not accepts_gzip(accepted):
        return response
    # Files are sent by the system as they are.
    if response.direct_passthrough or not response.content_type.startswith(PACKED_TYPES):
        return response
    if response.is_streamed:
        response.response = pack_pieces(response.iter_encoded())
    elif len(whole := response.get_data()) < LEAST_BYTES:
        return response
    else:
        response.set_data(gzip.compress(whole, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    if "ETag" in response.headers:
        response.headers["ETag"] = mark_packed(response.headers["ETag"])
    return response


@lru_cache(256)
def accepts_gzip(header: str) -> bool:
    """Return whether `Accept-Encoding` allows gzip and does not prefer uncompressed answers."""
    qualities = {name.lower(): quality for name, quality in parse_accept_header(header)}
    quality = qualities.get("gzip", qualities.get("x-gzip", qualities.get("*", 0)))
    return quality > 0 and quality >= qualities.get("identity", 0)


def pack_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pack a stream so that each piece can be unpacked once it has come."""
    packer = zlib.compressobj(LEVEL, wbits=16 + zlib.MAX_WBITS)
    for piece in pieces:
        yield packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()
