"""The id of each request, in the answer and in every line of log about it."""

import re
import secrets
from contextvars import ContextVar

REQUEST_ID_HEADER = "X-Request-ID"
# What can stand in a log, an address and a shell without harm.
ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)

# Of the request that this thread answers, or answered last: what runs it may have more to say of it.
current_request_id: ContextVar[str | None] = ContextVar("current_request_id", default=None)


def choose_request_id(given: str | None) -> str:
    """Take the client's id if it is one; else make one."""
    return given if given is not None and ACCEPTED.fullmatch(given) else secrets.token_hex(8)
