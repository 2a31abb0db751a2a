"""Dates, and dates with times, in parameters, options and articles."""

import re
from datetime import UTC, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}")
# ISO 8601 and RFC 3339, extended or basic; a fraction of any length, which a comma may begin.
MOMENT = re.compile(
    r"""
    (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2} | [0-9]{8})  [Tt\ ]
    (?P<hour>[0-9]{2}) :? (?P<minute>[0-9]{2})
    (?: :? (?P<second>[0-9]{2}) (?: [.,] (?P<fraction>[0-9]+) )? )?
    (?P<zone> [Zz] | [+\-\N{MINUS SIGN}] [0-9]{2} (?: :? [0-9]{2} )? )?
    """,
    re.VERBOSE,
)
# RFC 822 and its successors, as feeds and mail have it; the weekday and the seconds may be left out.
MAIL_MOMENT = re.compile(
    r"(?:[A-Za-z]{3},\ *)?[0-9]{1,2}\ [A-Za-z]{3}\ (?:[0-9]{4}|[0-9]{2})\ [0-9]{2}:[0-9]{2}(?::[0-9]{2})?"
    r"\ (?:[+-][0-9]{4}|UTC?|GMT|[ECMP][SD]T|Z)"
)
END_OF_DAY = time(23, 59, 59, 999_999, tzinfo=UTC)
START_OF_DAY = time(0, tzinfo=UTC)
EXPECTED = (
    "must be a date, or a date and time, of the years 1 to 9999: ISO 8601 such as 2026-03-31,"
    " 2026-03-31T18:30:00Z or 20260331T183000+0200, or RFC 822 such as Tue, 31 Mar 2026 18:30:00 +0200"
)


def parse_moment(value: str, *, end_of_day: bool = False) -> datetime:
    """Read a date, or a date and time, in UTC; it is UTC if it names no zone.  Raises ValueError.

    A date is read as its first moment, or with `end_of_day` as its last.
    """
    try:
        if DAY.fullmatch(value):
            return datetime.combine(datetime.fromisoformat(value), END_OF_DAY if end_of_day else START_OF_DAY)
        moment = read_mail_moment(value) if MAIL_MOMENT.fullmatch(value) else read_moment(value)
        # Near the first and the last year the shift to UTC leaves the calendar.
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(EXPECTED) from None


def read_mail_moment(value: str) -> datetime:
    value = re.sub(r" (?:UTC?|Z)\Z", " +0000", value)
    moment = parsedate_to_datetime(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def read_moment(value: str) -> datetime:
    found = MOMENT.fullmatch(value)
    if found is None:
        raise ValueError(EXPECTED)
    second = int(found["second"] or 0)
    # The clocks of computers have no leap second: it is the first moment of the next minute.
    is_leap = second == 60 and found["minute"] == "59"
    clock = time(
        int(found["hour"]),
        int(found["minute"]),
        59 if is_leap else second,
        0 if is_leap else int((found["fraction"] or "")[:6].ljust(6, "0")),
        tzinfo=read_zone(found["zone"]),
    )
    day = datetime.fromisoformat(found["day"]).date()
    return datetime.combine(day, clock) + timedelta(seconds=is_leap)


def read_zone(zone: str | None) -> timezone:
    if zone is None or zone in "Zz":
        return UTC
    digits = zone[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if minutes > 59:
        raise ValueError(EXPECTED)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(offset if zone[0] == "+" else -offset)
