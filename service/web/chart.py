"""A timeline as bars: their places and heights, for a picture that the server draws."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from service.store import MonthRecord

# The picture's own units; the page stretches it.
WIDTH = 1000
HEIGHT = 100
# A shorter timeline has room before it, or one month would be as wide as the page.
LEAST_UNITS = 12
# A longer timeline is drawn by years.
MOST_MONTHS = 72
GAP = 0.2


@dataclass(frozen=True, slots=True)
class Bar:
    """A month (2026-03) or year, its number of quotes, and its rectangle."""

    label: str
    quotes: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars in order of time, without those that have no quote, from the unit `first` to `last`."""

    bars: tuple[Bar, ...]
    unit: str
    first: str
    last: str
    highest: int


def draw_timeline(months: Sequence[MonthRecord]) -> Chart | None:
    """Draw a timeline's months in order; None if it has none."""
    if not months:
        return None
    first, last = number_unit(months[0].month), number_unit(months[-1].month)
    if last - first < MOST_MONTHS:
        return draw("month", {one.month: one.quotes for one in months}, first, last)
    years: Counter[str] = Counter()
    for one in months:
        years[one.month[:4]] += one.quotes
    return draw("year", years, int(min(years)), int(max(years)))


def draw(unit: str, counts: dict[str, int], first: int, last: int) -> Chart:
    """Draw bars between the numbers of the first unit and the last."""
    highest = max(counts.values())
    first = max(min(first, last - LEAST_UNITS + 1), 0)
    step = WIDTH / (last - first + 1)
    bars = tuple(
        Bar(
            label,
            quotes,
            x=round((number_unit(label) - first + GAP / 2) * step, 2),
            y=round(HEIGHT - HEIGHT * quotes / highest, 2),
            width=round(step * (1 - GAP), 2),
            height=round(HEIGHT * quotes / highest, 2),
        )
        for label, quotes in sorted(counts.items())
    )
    return Chart(bars, unit, name_unit(unit, first), name_unit(unit, last), highest)


def number_unit(label: str) -> int:
    """Number years, and months from the year 0: those that follow each other are one apart."""
    year, _, month = label.partition("-")
    return int(year) * 12 + int(month) - 1 if month else int(year)


def name_unit(unit: str, number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}" if unit == "month" else f"{number:04}"
