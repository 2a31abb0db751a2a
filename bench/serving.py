"""Prints how fast the service answers, beside a bare Flask route that gives the same bytes, in one run.

Both run under gunicorn with the service's own settings.  The service keeps answers until something
changes, so it is asked once more with nothing kept.  Rounds alternate, and the median round of each counts,
so that what else the machine does falls on all alike.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from bench.load import LoadResult, Request, measure
from bench.machine import describe_machine
from bench.server import running_server

SEEDS = Path(__file__).parent.parent / "seeds"
BARE = "bare Flask route"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="length of a round (default 3)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds for each route (default 3)")
    parser.add_argument("--clients", type=int, default=4, help="connections (default 4)")
    parser.add_argument("--workers", type=int, default=1, help="gunicorn workers (default 1)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        environment = {"DATABASE_URL": f"sqlite:///{folder}/quotes.db", "WORKERS": str(options.workers)}
        fill_store(environment)
        service = stack.enter_context(running_server("service.app:create_app()", "/readyz", environment))
        requests = choose_requests(service)
        environment |= save_answers(service, requests, Path(folder))
        bare = stack.enter_context(running_server("bench.bare:create_app()", requests[0].path, environment))
        anew = environment | {"ANSWER_CACHE_BYTES": "0"}
        forgetful = stack.enter_context(running_server("service.app:create_app()", "/readyz", anew))
        print(f"{describe_machine()}; gunicorn workers: {options.workers}, clients: {options.clients}")
        for request in requests:
            compare(request, {BARE: bare, "service": service, "nothing kept": forgetful}, options)


def fill_store(environment: dict[str, str]) -> None:
    for command in (["db", "upgrade"], ["load", str(SEEDS)]):
        quotes = [sys.executable, "-c", "from service.cli import main; main()", *command]
        subprocess.run(quotes, check=True, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)


def choose_requests(service: str) -> list[Request]:
    """Ask for the most quoted speaker of the store, and extract the article that quotes that speaker most."""
    quotes = json.loads(fetch(service, Request("GET", "/v1/quotes?limit=100")))["items"]
    (name, _), *_ = Counter(item["speaker"]["name"] for item in quotes if item["speaker"]).most_common(1)
    theirs = [item for item in quotes if item["speaker"] and item["speaker"]["name"] == name]
    (article, _), *_ = Counter(item["article"]["id"] for item in theirs).most_common(1)
    text = json.loads(fetch(service, Request("GET", f"/v1/articles/{quote(article, safe='')}")))["text"]
    body = json.dumps({"text": text}, ensure_ascii=False).encode()
    return [Request("GET", f"/v1/quotes?speaker={quote(name)}"), Request("POST", "/v1/extract", body)]


def fetch(base: str, request: Request, seconds: float = 30) -> bytes:
    headers = {"Content-Type": "application/json"} if request.body else {}
    sent = urllib.request.Request(base + request.path, request.body, headers, method=request.method)
    with urllib.request.urlopen(sent, timeout=seconds) as response:
        answer: bytes = response.read()
    return answer


def save_answers(service: str, requests: list[Request], folder: Path) -> dict[str, str]:
    environment = {}
    for variable, request in zip(("BENCH_QUOTES_ANSWER", "BENCH_EXTRACT_ANSWER"), requests, strict=True):
        path = folder / variable
        path.write_bytes(fetch(service, request))
        environment[variable] = str(path)
    return environment


def compare(request: Request, servers: dict[str, str], options: argparse.Namespace) -> None:
    outcomes: dict[str, list[LoadResult]] = {name: [] for name in servers}
    for _ in range(options.rounds):
        for name, base in servers.items():
            outcomes[name].append(measure(base, request, clients=options.clients, duration=options.seconds))
    medians = {name: median_round(rounds) for name, rounds in outcomes.items()}
    size = f", {len(request.body)} bytes" if request.body else ""
    print(f"\n{request.method} {request.path}{size}")
    for name, outcome in medians.items():
        share = outcome.per_second / medians[BARE].per_second
        latencies = (
            f"p50 {outcome.percentile(50) * 1000:6.2f} ms  p95 {outcome.percentile(95) * 1000:6.2f} ms"
        )
        print(f"  {name:<17} {outcome.per_second:8.0f} requests/s  {latencies}  {share:4.2f} of bare")


def median_round(rounds: list[LoadResult]) -> LoadResult:
    middle = statistics.median_low(outcome.per_second for outcome in rounds)
    return next(outcome for outcome in rounds if outcome.per_second == middle)


if __name__ == "__main__":
    main()
