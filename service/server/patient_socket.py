"""Connections with a limit on how long they wait for the client."""

import socket
from time import monotonic

from service.http.unpacking import TooSlow

# What a request must come at, in bytes a second, to be given more than the first few seconds.
SLOWEST_SENDER = 10_000


class PatientSocket(socket.socket):
    """A connection with a limit on how long it waits for its client.

    gunicorn's own waits for ever: half-sent requests, one a thread, would stop the service.  A client that
    drips byte after byte uses up its time as one that sends nothing does.
    """

    def __init__(self, connection: socket.socket, patience: float) -> None:
        """Take over a connection; `patience` is in seconds."""
        super().__init__(fileno=connection.detach())
        self.patience = patience
        self.begin_waiting()

    def begin_waiting(self) -> None:
        """Start the client's time again: for a request, or for the next piece of a body that may pause."""
        self.waits_until = monotonic() + self.patience

    def setblocking(self, flag: bool) -> None:
        """Wait, with a limit, or do not wait at all."""
        self.settimeout(self.patience if flag else 0)

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Receive the available bytes.  Raises TooSlow if nothing comes in time."""
        now = monotonic()
        limit = self.gettimeout()
        try:
            if limit:
                # At least a moment: what is there already is never too late.
                self.settimeout(min(limit, max(self.waits_until - now, 0.001)))
            data = super().recv(size, flags)
        except TimeoutError:
            raise TooSlow(self.patience) from None
        finally:
            self.settimeout(limit)
        self.waits_until = min(self.waits_until + len(data) / SLOWEST_SENDER, now + self.patience)
        return data
