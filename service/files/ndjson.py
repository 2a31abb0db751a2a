"""Reads articles from NDJSON, a line at a time and never more than a line's limit at once."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, BinaryIO

import orjson

MAX_LINE_BYTES = 64 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

NumberedLine = tuple[int, bytes]


class BadLine(ValueError):
    """A line that is not an article: the wrong field (None for the line as a whole), and the reason."""

    def __init__(self, message: str, *, field: str | None = None, article_id: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.article_id = article_id


def read_lines(stream: BinaryIO) -> Iterator[NumberedLine]:
    """Yield (line number, line) of a file or a pipe, as `split_lines` does."""
    return (line for line in split_lines(read_chunks(stream), MAX_LINE_BYTES) if line is not None)


def read_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes that have arrived of a pipe, and those before a file breaks off."""
    return iter(partial(getattr(stream, "read1", stream.read), CHUNK_BYTES), b"")


def split_lines(chunks: Iterable[bytes | None], limit: int) -> Iterator[NumberedLine | None]:
    """Yield (line number, line) without blank lines; None means that nothing more has arrived yet.

    Only the start of a line longer than `limit` bytes is kept, enough to show that it is too long.
    """
    number = 0
    for found in split_at_ends(chunks, limit):
        if found is None:
            yield None
            continue
        number += 1
        line = found[1].removeprefix(BYTE_ORDER_MARK) if number == 1 else found[1]
        if line and not line.isspace():
            yield number, line


def split_at_ends(chunks: Iterable[bytes | None], limit: int) -> Iterator[tuple[int, bytes] | None]:
    """Yield (bytes of a line with its end, the kept part of it), blank lines included."""
    size = 0
    held = bytearray()
    for chunk in chunks:
        if chunk is None:
            yield None
            continue
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            held += end[: limit + 1 - len(held)]
            yield size + len(end) + 1, bytes(held)
            size = 0
            held.clear()
        held += rest[: limit + 1 - len(held)]
        size += len(rest)
    if size:
        yield size, bytes(held)


def parse_object(line: bytes, limit: int | None = None) -> dict[str, Any]:
    """Parse one line.  Raises BadLine."""
    limit = MAX_LINE_BYTES if limit is None else limit
    if len(line) > limit:
        raise BadLine(f"the line is longer than {limit} bytes")
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadLine(f"the line is not JSON: {error}") from None
    if type(value) is not dict:
        raise BadLine("the line is not a JSON object")
    return value


def parse_article(line: bytes) -> dict[str, Any]:
    """Parse one line into an article whose text is fit for the extractor.  Raises BadLine."""
    article = parse_object(line)
    article_id = article.get("id")
    text = article.get("text")
    if type(text) is not str:
        message = "must be a string" if "text" in article else "is missing"
        raise BadLine(message, field="text", article_id=article_id)
    if "\0" in text:
        raise BadLine(
            f"holds a NUL character at position {text.index(chr(0))}", field="text", article_id=article_id
        )
    return article
