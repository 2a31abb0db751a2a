"""Keeps a database that does not answer from holding all threads, one after another."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from service.store.errors import StoreSilent


class SilenceGuard:
    """After a database did not answer, one caller at a time asks it; the others are told so at once."""

    def __init__(self) -> None:
        self._silent = False
        self._turn = Lock()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Guard a call of the database.  Raises StoreSilent."""
        if not self._silent:
            with self._noting():
                yield
        elif self._turn.acquire(blocking=False):
            try:
                with self._noting():
                    yield
            finally:
                self._turn.release()
        else:
            raise StoreSilent("the database does not answer, and another request is asking it again")

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except StoreSilent:
            self._silent = True
            raise
        except BaseException:
            # Whatever it is, the database said so.
            self._silent = False
            raise
        self._silent = False
