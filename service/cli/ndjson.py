"""Reads articles from NDJSON, a line at a time and never more than a line's limit at once."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

MAX_LINE_BYTES = 64 * 1024 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class BadLine(ValueError):
    """A line that is no article: which field is wrong (None for the line as a whole), and why."""

    def __init__(self, message: str, *, field: str | None = None, article_id: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.article_id = article_id


def read_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield (line number, line), blank lines left out.

    Of a line over the limit only as much is kept as shows that it is too large.
    """
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(BYTE_ORDER_MARK)
        if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            skip_rest_of_line(stream)
        if not line.isspace():
            yield number, line.removesuffix(b"\n")


def skip_rest_of_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


def parse_object(line: bytes) -> dict[str, Any]:
    """Parse one line.  Raises BadLine."""
    if len(line) > MAX_LINE_BYTES:
        raise BadLine(f"the line is longer than {MAX_LINE_BYTES} bytes")
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
