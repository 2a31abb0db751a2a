"""Keys: the order of rows in a list.

A key is a moment and a sequence in one integer: the seconds since 1970, then 24 bits that number the rows of
that second as they come (see `key_claims`).  It is unique in its table and orders a list by itself.  An
article that is saved again keeps its keys, unless its date changes or it has more quotes than before.

An indirect quote's key is lower than that of another by `INDIRECT_BELOW`: keys of indirect quotes
are a range of their own, so that a list without them is one walk along any index and never meets them.
"""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import orjson

from service.store.errors import InvalidCursor

TIE_BITS = 24
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DIGEST_LENGTH = 12
LEAST_KEY = -(2**63)
END_OF_KEYS = 2**63
INDIRECT_BELOW = 5 << 60
FIRST_DIRECT_KEY = int((datetime(1, 1, 1, tzinfo=UTC) - EPOCH) // SECOND) << TIE_BITS


def first_key_at(moment: datetime) -> int:
    """The lowest key of the moment's second."""
    return ((moment - EPOCH) // SECOND) << TIE_BITS


def last_key_at(moment: datetime) -> int:
    """The highest key of the moment's second."""
    return first_key_at(moment) + (1 << TIE_BITS) - 1


def place_of(key: int) -> int:
    """Return the place in time of a quote's key, indirect or not."""
    return key if key >= FIRST_DIRECT_KEY else key + INDIRECT_BELOW


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
    """Whether a database would refuse to compare with the value."""
    return "\0" in part if isinstance(part, str) else not LEAST_KEY <= part < END_OF_KEYS
