"""Prints the size of the pages and how long they take, over a store of a million quotes (SQLite).

One client asks each page so many times through one gunicorn worker that keeps no answers.  The store is the
one of `bench.search`, and made as there.
"""

import argparse
import json
import time
from pathlib import Path
from urllib.parse import quote, urlencode

from bench.archive import name_speaker
from bench.load import LoadResult
from bench.machine import describe_machine
from bench.search import STORES, Client, choose_shapes, open_stores
from bench.server import running_server

SIZE = 1_000_000
REQUESTS = 50
SEARCHES = (
    "newest",
    "speaker",
    "speaker and keyword",
    "word",
    "commonest word",
    "rare phrase",
    "word and month",
)
PAGE_MILLISECONDS = 100
PAGE_BYTES = 100_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE, help=f"number of quotes (default {SIZE})")
    parser.add_argument("--stores", type=Path, default=STORES, help="folder of the stores")
    parser.add_argument("--requests", type=int, default=REQUESTS, help=f"of a page (default {REQUESTS})")
    options = parser.parse_args()
    print(f"{describe_machine()}; {options.size:,} quotes; gunicorn workers: 1, clients: 1")
    with open_stores("sqlite", options.stores, [options.size]) as urls:
        environment = {"DATABASE_URL": urls[options.size], "WORKERS": "1", "ANSWER_CACHE_BYTES": "0"}
        with running_server("service.app:create_app()", "/readyz", environment) as base:
            client = Client(base)
            print(f"  {'':<32}{'p50 ms':>8}{'p95 ms':>8}{'largest, bytes':>16}")
            for name, paths in choose_pages(client, options.size, options.requests).items():
                print_page(name, [time_page(client, path) for path in paths])


def time_page(client: Client, path: str) -> tuple[float, bytes]:
    """Ask for a page; the seconds it took, and what came."""
    start = time.perf_counter()
    body = client.get(path, "text/html")
    return time.perf_counter() - start, body


def choose_pages(client: Client, size: int, number: int) -> dict[str, list[str]]:
    """The addresses of each sort of page."""
    shapes = choose_shapes(size, number)
    searches = {f"search: {name}": [ask_page(path) for path in shapes[name]] for name in SEARCHES}
    words = [path.partition("q=")[2] for path in shapes["word"]]
    names = [quote(name_speaker(rank)) for rank in range(number)]
    ids = [find_speaker(client, name) for name in names]
    return {
        **searches,
        "article": [f"/articles/{path.split('/')[3]}" for path in shapes["article's own list"]],
        "speaker": [f"/speakers/{speaker_id}" for speaker_id in ids],
        "speaker: candidates": [f"/speakers/{speaker_id}/candidates" for speaker_id in ids],
        "compare speakers": [
            f"/compare?q={word}&speaker={one}&speaker={other}"
            for word, one, other in zip(words, names, reversed(names), strict=True)
        ],
        "compare sources": [f"/compare?{urlencode({'by': 'source'})}&speaker={name}" for name in names],
        "compare years": [f"/compare?{urlencode({'by': 'year'})}&speaker={name}" for name in names],
        "list of speakers": [f"/speakers?q={name.partition('%20')[0]}" for name in names],
        "list of outlets": ["/outlets"] * number,
        "rules": ["/rules"] * number,
        "reference": ["/docs"] * number,
    }


def ask_page(path: str) -> str:
    return path.replace("/v1/quotes", "/", 1)


def find_speaker(client: Client, name: str) -> str:
    body = client.get(f"/v1/speakers?q={name}&limit=1")
    speaker_id: str = json.loads(body)["items"][0]["id"]
    return speaker_id


def print_page(name: str, answers: list[tuple[float, bytes]]) -> None:
    taken = [seconds for seconds, _ in answers]
    outcome = LoadResult(taken, len(taken) / sum(taken))
    half, most = (outcome.percentile(percent) * 1000 for percent in (50, 95))
    largest = max(len(body) for _, body in answers)
    beyond = "  beyond the aim" if most > PAGE_MILLISECONDS or largest > PAGE_BYTES else ""
    print(f"  {name:<32}{half:8.1f}{most:8.1f}{largest:16,}{beyond}")


if __name__ == "__main__":
    main()
