"""Reads /metrics as Prometheus does."""

import time
from collections.abc import Callable, Mapping

from prometheus_client.parser import text_string_to_metric_families

from tests.api.running import Service

Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]

# A request is counted when its answer is closed, which a client may be ahead of.
WAIT_SECONDS = 30


def scrape(service: Service) -> Samples:
    """Give the value of each sample by its name and labels."""
    reply = service.get("/metrics")
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(reply.body.decode())
        for sample in family.samples
    }


def find(samples: Samples, name: str, **labels: str) -> float:
    """Sum the samples of a name that have these labels."""
    wanted = set(labels.items())
    return sum(value for (found, given), value in samples.items() if found == name and wanted <= given)


def wait_for(service: Service, condition: Callable[[Samples], bool]) -> Samples:
    """Scrape until the samples hold what is expected."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        samples = scrape(service)
        if condition(samples):
            return samples
        assert time.monotonic() < deadline, samples
        time.sleep(0.05)
