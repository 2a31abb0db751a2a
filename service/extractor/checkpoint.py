"""Lets the caller stop the extractor, by a function called between paragraphs, passages and mentions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_CHECK: ContextVar[Callable[[], None] | None] = ContextVar("check", default=None)


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
    if check := _CHECK.get():
        check()
