"""Bodies that can be read as they arrive, for requests that are answered while they are sent."""

import select
from typing import Any

from gunicorn.http.body import Body, ChunkedReader, LengthReader  # type: ignore[import-untyped]

from service.http.unpacking import BrokenOff
from service.server.arrival import count_received
from service.server.patient_socket import PatientSocket


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
        """Read up to `size` bytes.  Raises BrokenOff if they do not come."""
        wanted = min(size, self.length)
        data: bytes = super().read(size)
        if len(data) < wanted:
            raise BrokenOff(self.length + wanted - len(data))
        return data


class PromptBody(Body):  # type: ignore[misc]  # gunicorn ships no types
    """A body that returns the bytes that have arrived; gunicorn's own waits for as many as were asked for."""

    def __init__(self, request: Any, client: PatientSocket) -> None:
        reader = request.body.reader
        if isinstance(reader, ChunkedReader):
            reader = PromptChunkedReader(request, request.unreader)
        elif isinstance(reader, LengthReader):
            reader = WholeLengthReader(reader.unreader, reader.length)
        super().__init__(reader)
        self._received = request.unreader
        self._client = client
        self._may_pause = True

    def allow_pause(self) -> None:
        """Start the client's time again: it has sent something complete."""
        self._may_pause = True

    def read1(self, size: int) -> bytes:
        """Wait for bytes, and return those that arrived, `size` at most."""
        if self._may_pause:
            self._client.begin_waiting()
            self._may_pause = False
        try:
            first = self.reader.read(1)
            held = self.reader.buf if isinstance(self.reader, ChunkedReader) else self._received.buf
            rest = self.reader.read(min(size - 1, held.tell())) if first and held.tell() else b""
        except Exception:
            self.failed = True
            raise
        return bytes(first + rest)

    def is_ready(self) -> bool:
        """Whether `read1` need not wait."""
        if isinstance(self.reader, LengthReader):
            holds_more = not self.reader.length
        else:
            holds_more = self.reader.buf.tell() or self.reader.holds_more or not self.reader.parser
        return bool(holds_more or self._received.buf.tell() or select.select([self._client], [], [], 0)[0])

    def is_abandoned(self) -> bool:
        """Whether the client has closed the connection, not only its own direction of it.

        That shows once something was sent to it: an answer begins before its first article is read.
        """
        poll = select.poll()
        poll.register(self._client, select.POLLERR | select.POLLHUP)
        return bool(poll.poll(0))

    def has_come(self) -> bool:
        """Whether the rest of the body has arrived, so that it can be read without waiting."""
        if isinstance(self.reader, LengthReader):
            there = self._received.buf.tell() + count_received(self._client)
            return bool(self.reader.length <= there)
        return not self.reader.parser if isinstance(self.reader, ChunkedReader) else True
