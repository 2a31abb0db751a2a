"""What a stranger sends and gets refused takes no memory that stays."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.api.running import running_service
from tests.faults.loading import list_workers

REFUSALS = 500
CLIENTS = 4
MEGABYTE = 1_000_000
GROWTH_AT_MOST = 150 * MEGABYTE
# Each of nearly the largest size that a body may have.
MANY_NAMES = json.dumps({f"n{number}": 0 for number in range(130_000)}, separators=(",", ":")).encode()
LONG_VALUES = json.dumps({f"name {number}": "a" * 180 for number in range(9_000)}).encode()
LONG_TEXT = json.dumps({"text": "“We will not move,” said Jane Doe.\n\n" * 40_000, "name": 1}).encode()
BODIES = (MANY_NAMES, LONG_VALUES, LONG_TEXT)
TYPES = {"Content-Type": "application/json"}


def measure_memory(process: int) -> int:
    """Read how many bytes of memory a process has."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * 4096


def test_refused_bodies_leave_nothing_behind(url: str) -> None:
    with running_service(url, WORKERS="1") as service:
        assert service.get("/readyz").status == 200
        [worker] = list_workers(service)
        start = measure_memory(worker)

        def refuse(number: int) -> int:
            path = ("/v1/extract", "/v1/articles")[number % 2]
            assert service.send("POST", path, BODIES[number % 3], TYPES).status in (400, 422)
            return measure_memory(worker) - start

        with ThreadPoolExecutor(CLIENTS) as pool:
            growth = max(pool.map(refuse, range(REFUSALS)))
        assert list_workers(service) == [worker]
    assert growth <= GROWTH_AT_MOST, f"{growth / MEGABYTE:.0f} MB"
    print(f"a worker grew by {growth / MEGABYTE:.0f} MB in {REFUSALS} refusals")
