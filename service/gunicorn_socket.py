"""Connections that wait for their clients, but not for ever."""

import socket
from time import monotonic

from service.api.unpacking import TooSlow

# What a request must come at, in bytes a second, to be given more than the first few seconds.
SLOWEST_SENDER = 10_000


class PatientSocket(socket.socket):
    """A connection that waits for its client, but not for ever.

    gunicorn would: as many half-sent requests as there are threads would stop the service.  A client that
    drips byte after byte uses up its time as one that sends nothing does.
    """

    def __init__(self, connection: socket.socket, patience: float) -> None:
        """Take over a connection; `patience` is in seconds."""
        super().__init__(fileno=connection.detach())
        self.patience = patience
        self.begin_waiting()

    def begin_waiting(self) -> None:
        """Give the client all its time again: for a request, or for the next piece of what may pause."""
        self.waits_until = monotonic() + self.patience

    def setblocking(self, flag: bool) -> None:
        """Wait, with a limit, or do not wait at all."""
        self.settimeout(self.patience if flag else 0)

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Receive what there is.  Raises TooSlow where nothing comes in time."""
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
