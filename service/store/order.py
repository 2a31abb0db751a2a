"""Where rows stand in a list, and cursors into it.

A key is a moment and a tie-break in one integer: the seconds since 1970, then 24 bits from the article's
id.  It is unique in its table, orders a list by itself, and stays the same when an article is saved anew.

Indirect quotes have keys of their own range, `TOLD_BELOW` under where they would stand: a list without them
is one walk along any index still, and never meets them.
"""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import orjson

from service.store.errors import InvalidCursor

TIE_BITS = 24
MILLISECOND_BITS = 14
ATTEMPTS_IN_ITS_MILLISECOND = 8
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DIGEST_LENGTH = 12
LEAST_KEY = -(2**63)
TOLD_BELOW = 5 << 60
FIRST_SPOKEN_KEY = int((datetime(1, 1, 1, tzinfo=UTC) - EPOCH) // SECOND) << TIE_BITS


def first_key_at(moment: datetime) -> int:
    """The lowest key of the moment's second."""
    return ((moment - EPOCH) // SECOND) << TIE_BITS


def last_key_at(moment: datetime) -> int:
    """The highest key of the moment's second."""
    return first_key_at(moment) + (1 << TIE_BITS) - 1


def place_of(key: int) -> int:
    """Where a quote stands in time, told or not."""
    return key if key >= FIRST_SPOKEN_KEY else key + TOLD_BELOW


def find_free_keys(moment: datetime, identity: str, number: int, is_free: Callable[[int, int], bool]) -> int:
    """The first of `number` consecutive keys at a moment, none of which is taken."""
    for attempt in count():
        key = propose_key(moment, identity, attempt, number)
        if is_free(key, key + number - 1):
            return key
    raise AssertionError("count() ends never")


def propose_key(moment: datetime, identity: str, attempt: int, number: int) -> int:
    """A key that depends on nothing else; moments that have milliseconds are ordered by them."""
    digest = int.from_bytes(hashlib.sha256(f"{attempt}\0{identity}".encode()).digest()[:8])
    milliseconds = moment.microsecond // 1000
    if milliseconds and attempt < ATTEMPTS_IN_ITS_MILLISECOND:
        tie = (milliseconds << MILLISECOND_BITS) + digest % (1 << MILLISECOND_BITS)
    else:
        tie = digest % (1 << TIE_BITS)
    return first_key_at(moment) + min(tie, (1 << TIE_BITS) - number)


def write_cursor(listing: object, *position: int | str) -> str:
    """A cursor after the row at this position of a list; `listing` is what tells the list from others."""
    content = orjson.dumps([digest_listing(listing), *position])
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def read_cursor(listing: object, cursor: str, *types: type) -> list[int | str]:
    """The position a cursor was written with.  Raises InvalidCursor."""
    try:
        content = orjson.loads(
            base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        )
    except ValueError as error:
        raise InvalidCursor("this is no cursor of this service") from error
    if not isinstance(content, list) or [type(part) for part in content] != [str, *types]:
        raise InvalidCursor("this is no cursor of this service")
    digest, *position = content
    if digest != digest_listing(listing):
        raise InvalidCursor("this cursor belongs to a list with other filters")
    if any(is_unstorable(part) for part in position):
        raise InvalidCursor("this is no cursor of this service")
    return position


def digest_listing(listing: object) -> str:
    return hashlib.sha256(repr(listing).encode()).hexdigest()[:DIGEST_LENGTH]


def is_unstorable(part: int | str) -> bool:
    """Whether a database would refuse the value in a comparison."""
    return "\0" in part if isinstance(part, str) else not LEAST_KEY <= part < 2**63
