"""Counters, gauges and histograms over shared numbers, and how Prometheus reads them.

Every series is declared before workers are forked: labels take known values only, and what is none of them
counts as "other", so that clients cannot make series.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from service.monitoring.shared_counts import SharedValues

# Seconds: from a cheap question to the store to a long article or a stream.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
OTHER = "other"
ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", '"': '\\"'})


class Family:
    """The series of one name: a place in the shared numbers for each set of label values."""

    kind = ""
    values_each = 1

    def __init__(self, values: SharedValues, name: str, meaning: str, labels: Sequence[str] = ()) -> None:
        """A family without labels has one series; else `declare` makes them, and one of "other" is there."""
        self.name = name
        self._values = values
        self._meaning = meaning
        self._labels = tuple(labels)
        self._places: dict[tuple[str, ...], int] = {}
        self._other = (OTHER,) * len(self._labels)
        self.declare([self._other])

    def declare(self, series: Iterable[tuple[str, ...]]) -> None:
        """Make series, each given by its label values; those that are there stay."""
        for labels in series:
            if labels not in self._places:
                self._places[labels] = self._values.declare(self.values_each)

    def place(self, labels: tuple[str, ...]) -> int:
        """Find the place of a series, or that of the others."""
        found = self._places.get(labels)
        return self._places[self._other] if found is None else found

    def places(self) -> tuple[int, ...]:
        return tuple(self._places.values())

    def write(self, totals: Sequence[float]) -> Iterator[str]:
        """Yield the lines of this family in Prometheus' text format."""
        yield f"# HELP {self.name} {self._meaning}"
        yield f"# TYPE {self.name} {self.kind}"
        for labels, place in self._places.items():
            yield from self._write_series(
                dict(zip(self._labels, labels, strict=True)), totals[place : place + self.values_each]
            )

    def _write_series(self, labels: dict[str, str], numbers: Sequence[float]) -> Iterator[str]:
        yield write_sample(self.name, labels, numbers[0])


class Counter(Family):
    """A number that only grows."""

    kind = "counter"

    def add(self, labels: tuple[str, ...] = (), amount: float = 1) -> None:
        self._values.add((self.place(labels), amount))


class Gauge(Counter):
    """A number that grows and shrinks."""

    kind = "gauge"


class Histogram(Family):
    """Durations in seconds: their number up to each of BUCKETS, and their sum."""

    kind = "histogram"
    values_each = len(BUCKETS) + 2

    def observe(self, seconds: float, labels: tuple[str, ...] = ()) -> None:
        place = self.place(labels)
        self._values.add((place + bisect_left(BUCKETS, seconds), 1), (place + len(BUCKETS) + 1, seconds))

    def _write_series(self, labels: dict[str, str], numbers: Sequence[float]) -> Iterator[str]:
        *counts, total = numbers
        if not any(counts):
            return
        for limit, count in zip((*map(str, BUCKETS), "+Inf"), accumulate(counts), strict=True):
            yield write_sample(f"{self.name}_bucket", {**labels, "le": limit}, count)
        yield write_sample(f"{self.name}_sum", labels, total)
        yield write_sample(f"{self.name}_count", labels, sum(counts))


def write_sample(name: str, labels: dict[str, str], number: float) -> str:
    """Write one line."""
    written = ",".join(f'{label}="{value.translate(ESCAPES)}"' for label, value in labels.items())
    return f"{name}{{{written}}} {number:.17g}" if written else f"{name} {number:.17g}"
