"""A condition that the writes of a request must meet, checked when no other writer can come between."""

from collections.abc import Callable
from contextvars import ContextVar, Token

Check = Callable[[], None]

_HELD: ContextVar[Check | None] = ContextVar("write_condition", default=None)


def hold_writes(check: Check) -> Token[Check | None]:
    """Call `check`, which raises to refuse, at the beginning of each write of this context."""
    return _HELD.set(check)


def release_writes(token: Token[Check | None]) -> None:
    _HELD.reset(token)


def check_write() -> None:
    """Raise what the condition of this context raises, if it has one that does not hold."""
    check = _HELD.get()
    if check is not None:
        check()
