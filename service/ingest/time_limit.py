"""Bounds how long one article may be read; the extractor itself knows no clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from service.extractor.checkpoint import checked_by


class OutOfTime(Exception):
    """An article that could not be read in the time that it may take."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"could not be read within the limit of {seconds:g} seconds (EXTRACT_SECONDS)")


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime if the block takes longer."""
    end = monotonic() + seconds

    def check() -> None:
        if monotonic() > end:
            raise OutOfTime(seconds)

    with checked_by(check):
        yield
