"""Numbers of changes, handed out while no other writer runs: they become visible in order.

A number is like a key (see `keys`): the seconds since 1970 at which it was handed out, then a sequence.  If
the clock is put back, numbers go on from the last.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, update

from service.store.database.keys import EPOCH, TIE_BITS, first_key_at
from service.store.database.tables import store_state

LAST = store_state.c.number
TAKE = (
    update(store_state)
    .values(
        number=case((bindparam("floor") > LAST, bindparam("floor")), else_=LAST) + bindparam("more"),
    )
    .returning(LAST)
)


def take_numbers(connection: Connection, now: datetime, number: int) -> int:
    """Take as many numbers in a row, and return the first."""
    values = {"floor": first_key_at(now) - 1, "more": number}
    last: int = connection.execute(TAKE, values).scalar_one()
    return last - number + 1


def moment_of(number: int) -> datetime:
    """The second at which a number was handed out."""
    return EPOCH + timedelta(seconds=number >> TIE_BITS)
