"""Dates as the world writes them."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.schemas.moments import parse_moment

NOON = datetime(2025, 3, 4, 3, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2025-03-04T03:06:07Z",
        "2025-03-04 03:06:07",
        "2025-03-04t03:06:07z",
        "2025-03-04T05:06:07+02:00",
        "2025-03-04T05:06:07+0200",
        "2025-03-04T05:06:07+02",
        "2025-03-03T23:36:07-03:30",
        "2025-03-04T00:06:07\N{MINUS SIGN}03",
        "20250304T030607Z",
        "20250304T050607+0200",
        "20250304 030607",
        "2025-03-04T03:06:07.000000000000Z",
        "2025-03-04T03:06:07,0000001Z",
        "Tue, 04 Mar 2025 05:06:07 +0200",
        "Tue,04 Mar 2025 03:06:07 GMT",
        "4 Mar 2025 03:06:07 UTC",
        "04 Mar 25 03:06:07 UT",
        "Mon, 03 Mar 2025 22:06:07 EST",
        "tue, 04 mar 2025 03:06:07 -0000",
    ],
)
def test_a_moment_is_read(value: str) -> None:
    assert parse_moment(value) == NOON


def test_a_date_is_its_first_or_its_last_moment() -> None:
    for value in ("2025-03-04", "20250304"):
        assert parse_moment(value) == datetime(2025, 3, 4, tzinfo=UTC)
        assert parse_moment(value, end_of_day=True) == datetime(2025, 3, 4, 23, 59, 59, 999_999, tzinfo=UTC)
    assert parse_moment("2025-03-04T05:06Z") == datetime(2025, 3, 4, 5, 6, tzinfo=UTC)


def test_a_fraction_is_cut_and_a_leap_second_is_the_next_minute() -> None:
    assert parse_moment("2025-03-04T05:06:07.1234567Z").microsecond == 123_456
    assert parse_moment("2016-12-31T23:59:60Z") == datetime(2017, 1, 1, tzinfo=UTC)
    assert parse_moment("2017-01-01T01:29:60.5+0130".replace("29", "59")) == datetime(
        2017, 1, 1, 0, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "2025",
        "2025-03",
        "2025-02-30",
        "2025-3-4",
        "04/03/2025",
        "2025-W10-2",
        "2025-063",
        "2025-03-04T",
        "2025-03-04T25:00:00Z",
        "2025-03-04T05:06:61Z",
        "2025-03-04T05:06:60Z",
        "2025-03-04T05:06:07+24:00",
        "2025-03-04T05:06:07+01:60",
        "2025-03-04T05:06:07 +02:00",
        "2025-03-04T05:06:07Z ",
        "٢٠٢٥-03-04",
        "0000-01-01",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:60Z",
        "Tue, 31 Feb 2025 05:06:07 +0200",
        "Tue, 04 Mar 2025 05:06:07",
        "Tue, 04 Mar 2025 05:06:07 +2500",
        "Tue, 04 Mar 2025",
        "Tue, 04 Maz 2025 05:06:07 GMT",
        "1" * 5_000,
    ],
)
def test_anything_else_is_refused_with_the_forms(value: str) -> None:
    with pytest.raises(ValueError, match=r"ISO 8601 such as .* RFC 822 such as"):
        parse_moment(value)


@given(st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2049, 1, 1), timezones=st.just(UTC)))
def test_any_moment_is_read_as_it_was_written(moment: datetime) -> None:
    assert parse_moment(moment.isoformat()) == moment
    assert parse_moment(moment.strftime("%Y%m%dT%H%M%S.%f%z")) == moment
    assert parse_moment(format_datetime(moment)) == moment.replace(microsecond=0)
