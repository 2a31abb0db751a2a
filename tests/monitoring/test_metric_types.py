"""Counting: by several processes in shared memory, and in Prometheus' text format."""

import os
import signal

import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.monitoring.metric_types import BUCKETS, Counter, Gauge, Histogram
from service.monitoring.shared_counts import SLOTS, VALUES_PER_SLOT, SharedValues


def read(counter: Counter, *labels: str) -> float:
    return counter._values.totals()[counter.place(labels)]


def count_in_child(values: SharedValues, slot: int, counter: Counter, times: int) -> None:
    """Fork, count there, and let the child die without any tidying up."""
    child = os.fork()
    if child == 0:
        values.enter_slot(slot)
        for _ in range(times):
            counter.add()
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)


def test_what_processes_count_adds_up_and_outlives_them() -> None:
    values = SharedValues()
    counter, gauge = Counter(values, "done", "Done."), Gauge(values, "in_hand", "In hand.")
    counter.add(amount=5)
    first, second = values.take_slot(), values.take_slot()
    assert first != second
    count_in_child(values, first, counter, 10)
    count_in_child(values, second, gauge, 3)
    assert (read(counter), read(gauge)) == (15, 3)
    values.leave_slot(second, gauge.places())
    assert (read(counter), read(gauge)) == (15, 0)
    assert values.take_slot() == second
    count_in_child(values, second, counter, 1)
    assert read(counter) == 16


def test_there_are_slots_for_old_and_new_workers_at_once() -> None:
    values = SharedValues()
    slots = {values.take_slot() for _ in range(2 * 256)}
    assert len(slots) == 512
    assert max(slots) < SLOTS


def test_too_many_series_are_refused_when_they_are_declared() -> None:
    values = SharedValues()
    with pytest.raises(ValueError, match=str(VALUES_PER_SLOT)):
        values.declare(VALUES_PER_SLOT)


def test_labels_that_were_not_declared_count_as_other() -> None:
    values = SharedValues()
    counter = Counter(values, "seen_total", "Seen.", ("colour", "size"))
    counter.declare([("red", "big")])
    counter.add(("red", "big"))
    counter.add(("red", "small"))
    counter.add(("blue", "big"), 2)
    (family,) = text_string_to_metric_families("\n".join(counter.write(values.totals())) + "\n")
    found = {sample.labels["colour"]: sample.value for sample in family.samples}
    assert found == {"red": 1, "other": 3}


def test_histogram_is_as_prometheus_has_it() -> None:
    values = SharedValues()
    histogram = Histogram(values, "took_seconds", 'Took "long".', ("what",))
    histogram.declare([('a "b"\\\n',)])
    for seconds in (0.001, 0.0011, 0.3, 99.0):
        histogram.observe(seconds, ('a "b"\\\n',))
    (family,) = text_string_to_metric_families("\n".join(histogram.write(values.totals())) + "\n")
    assert family.type == "histogram"
    assert {sample.labels["what"] for sample in family.samples} == {'a "b"\\\n'}
    buckets = {float(sample.labels["le"]): sample.value for sample in family.samples if "le" in sample.labels}
    assert buckets == {
        limit: sum(seconds <= limit for seconds in (0.001, 0.0011, 0.3, 99.0))
        for limit in (*BUCKETS, float("inf"))
    }
    others = {sample.name: sample.value for sample in family.samples if "le" not in sample.labels}
    assert others == {"took_seconds_count": 4, "took_seconds_sum": pytest.approx(99.3021)}
