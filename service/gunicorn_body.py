"""Bodies that can be read as they come, for what is answered while it is sent."""

import select
from typing import Any

from gunicorn.http.body import Body, ChunkedReader, LengthReader  # type: ignore[import-untyped]

from service.api.unpacking import BrokenOff
from service.gunicorn_socket import PatientSocket


class PromptChunkedReader(ChunkedReader):  # type: ignore[misc]  # gunicorn ships no types
    """Reads chunks, and knows whether more than the present one has been received."""

    holds_more = False

    def parse_chunk_size(self, unreader: Any, data: bytes | None = None) -> tuple[int, bytes]:
        """Note what came with the size; a chunk is followed by the two bytes of a line end."""
        size, rest = super().parse_chunk_size(unreader, data)
        self.holds_more = len(rest or b"") > size + 2
        return size, rest


class WholeLengthReader(LengthReader):  # type: ignore[misc]  # gunicorn ships no types
    """Reads a body of stated length; gunicorn's own takes one that breaks off for a whole one."""

    def read(self, size: int) -> bytes:
        """Read up to `size` bytes.  Raises BrokenOff where they do not come."""
        wanted = min(size, self.length)
        data: bytes = super().read(size)
        if len(data) < wanted:
            raise BrokenOff(self.length + wanted - len(data))
        return data


class PromptBody(Body):  # type: ignore[misc]  # gunicorn ships no types
    """A body that gives what has come so far; gunicorn's own waits until it has all that was asked for."""

    def __init__(self, request: Any, client: PatientSocket) -> None:
        reader = request.body.reader
        if isinstance(reader, ChunkedReader):
            reader = PromptChunkedReader(request, request.unreader)
        elif isinstance(reader, LengthReader):
            reader = WholeLengthReader(reader.unreader, reader.length)
        super().__init__(reader)
        self._received = request.unreader
        self._client = client

    def read1(self, size: int) -> bytes:
        """Wait until there is something, and return it, but no more than `size` bytes."""
        # Who is answered while sending may pause before each piece.
        self._client.begin_waiting()
        try:
            first = self.reader.read(1)
            held = self.reader.buf if isinstance(self.reader, ChunkedReader) else self._received.buf
            rest = self.reader.read(min(size - 1, held.tell())) if first and held.tell() else b""
        except Exception:
            self.failed = True
            raise
        return bytes(first + rest)

    def is_ready(self) -> bool:
        """Say whether `read1` need not wait."""
        if isinstance(self.reader, LengthReader):
            holds_more = not self.reader.length
        else:
            holds_more = self.reader.buf.tell() or self.reader.holds_more or not self.reader.parser
        return bool(holds_more or self._received.buf.tell() or select.select([self._client], [], [], 0)[0])
