"""Prints the memory of the service: of each process, with its share of memory that processes have in common.

After the start, and after requests of which each is as large as they may be: articles to extract and to
store, and the whole list of quotes.  Linux alone says what a process' share is.
"""

import argparse
import json
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.load import Request
from bench.machine import describe_machine
from bench.server import START_SECONDS, running_server
from bench.serving import SEEDS, fetch, fill_store

BODY_BYTES = 1_900_000
ANSWER_SECONDS = 300.0
MEGABYTE = 1024 * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="gunicorn workers (default 2)")
    parser.add_argument("--threads", type=int, default=4, help="threads of each (default 4)")
    parser.add_argument("--requests", type=int, default=8, help="large requests of each sort (default 8)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "DATABASE_URL": f"sqlite:///{folder}/quotes.db",
            "WORKERS": str(options.workers),
            "THREADS": str(options.threads),
        }
        fill_store(environment)
        with running_server("service.app:create_app()", "/readyz", environment) as service:
            print(f"{describe_machine()}; megabytes of each process, its share of common memory counted")
            wait_for_workers(options.workers)
            print_shares("after the start")
            for what, requests in build_requests(options.requests).items():
                # Writers take turns, and do not wait for long.
                clients = 1 if "storing" in what else options.workers * options.threads
                with ThreadPoolExecutor(clients) as pool:
                    list(pool.map(lambda request: fetch(service, request, ANSWER_SECONDS), requests))
                print_shares(f"after {len(requests)} times {what}")


def build_requests(count: int) -> dict[str, list[Request]]:
    articles = SEEDS.joinpath("articles.ndjson").read_text("utf8").splitlines()
    text = "\n\n".join(json.loads(article)["text"] for article in articles)
    size = len(json.dumps(text, ensure_ascii=False).encode())
    long = "\n\n".join([text] * (BODY_BYTES // size))
    bodies = [
        json.dumps({"text": f"{number}. {long}"}, ensure_ascii=False).encode() for number in range(count)
    ]
    megabytes = len(bodies[0]) / 1e6
    return {
        f"extracting {megabytes:.1f} MB": [Request("POST", "/v1/extract", body) for body in bodies],
        f"storing {megabytes:.1f} MB": [Request("POST", "/v1/articles", body) for body in bodies],
        "reading all quotes": [Request("GET", "/v1/quotes?format=ndjson")] * count,
    }


def wait_for_workers(count: int) -> None:
    """Wait for all, as the first answers before the last has started.  Raises TimeoutError."""
    (arbiter,) = find_children(os.getpid())
    deadline = time.monotonic() + START_SECONDS
    while len(find_children(arbiter)) < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"fewer than {count} workers")
        time.sleep(0.05)


def print_shares(when: str) -> None:
    (arbiter,) = find_children(os.getpid())
    shares = [measure_share(process) / MEGABYTE for process in (arbiter, *find_children(arbiter))]
    each = "  ".join(f"{share:5.0f}" for share in shares)
    print(f"  {when:<36} {each}   together {sum(shares):5.0f}")


def find_children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def measure_share(process: int) -> int:
    """The bytes of a process: its own, and its part of those that it shares."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    main()
