"""A date, or a date and time, as parameters, options and articles give it."""

import re
from datetime import UTC, datetime, time

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(
    r"""
    [0-9]{4}-[0-9]{2}-[0-9]{2} [Tt\ ]
    [0-9]{2}:[0-9]{2} (?: :[0-9]{2} (?: \.[0-9]{1,9} )? )?  # seconds and their fraction may be left out
    (?: [Zz] | [+-][0-9]{2}:[0-9]{2} )?
    """,
    re.VERBOSE,
)
END_OF_DAY = time(23, 59, 59, 999_999, tzinfo=UTC)
START_OF_DAY = time(0, tzinfo=UTC)
EXPECTED = (
    "must be an ISO 8601 date or date and time of the years 1 to 9999,"
    " such as 2026-03-31 or 2026-03-31T18:30:00Z"
)


def parse_moment(value: str, *, end_of_day: bool = False) -> datetime:
    """Read an ISO 8601 date or date and time; UTC where it names no zone.  Raises ValueError.

    A date alone stands for its first moment, or for its last with `end_of_day`.
    """
    try:
        if DAY.fullmatch(value):
            return datetime.combine(datetime.fromisoformat(value), END_OF_DAY if end_of_day else START_OF_DAY)
        if not MOMENT.fullmatch(value):
            raise ValueError(EXPECTED)
        moment = datetime.fromisoformat(value.upper())
        # Near the first and the last year the shift to UTC leaves the calendar.
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(EXPECTED) from None
