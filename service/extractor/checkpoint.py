"""Lets the caller stop the extractor, by a function called between paragraphs, passages and mentions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


def _go_on() -> None:
    pass


_CHECK: ContextVar[Callable[[], None]] = ContextVar("check", default=_go_on)


@contextmanager
def checked_by(check: Callable[[], None]) -> Iterator[None]:
    """Call `check` now and then while an article is read in this block; what it raises ends the reading."""
    token = _CHECK.set(check)
    try:
        yield
    finally:
        _CHECK.reset(token)


def pass_checkpoint() -> None:
    """Call what the block was given."""
    _CHECK.get()()
