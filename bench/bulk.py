"""Prints how fast articles are loaded: extracted, stored and indexed, by `quotes load` and by POST in bulk.

The articles are those of seeds/, each time with other surnames by Zipf, so that most bring speakers to be
stored.  On SQLite one core does it all; on PostgreSQL two processes load half of the articles each.
"""

import argparse
import http.client
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from bench.archive import SEED, name_word, weigh
from bench.machine import describe_machine
from bench.postgres import NO_SERVER, create_database, find_binaries, running_postgres
from bench.server import running_server
from service.store import Store

SEEDS = Path(__file__).parent.parent / "seeds"
ARTICLES = 2_000
SURNAMES = 20_000
CHUNK_BYTES = 64 * 1024
LOAD = (sys.executable, "-c", "from service.cli import main; main()", "load")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=ARTICLES, help=f"default {ARTICLES}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chmod(folder, 0o755)  # the server of PostgreSQL may run as another user
        halves = write_articles(folder, options.articles)
        size = sum(path.stat().st_size for path in halves) // options.articles
        print(f"{describe_machine()}; {options.articles} articles of {size} bytes on average\n")
        for number, (label, load) in enumerate((("quotes load", load_files), ("POST in bulk", post_files))):
            url = prepare(f"sqlite:///{folder}/{number}.db")
            with one_core():
                report(f"SQLite, {label}, one core", options.articles, load, url, halves)
        binaries = find_binaries()
        if binaries is None:
            print(NO_SERVER)
            return
        (folder / "server").mkdir()
        with running_postgres(binaries, folder / "server", "-c shared_buffers=256MB") as socket:
            url = prepare(create_database(socket, "bulk"))
            report("PostgreSQL, quotes load, two processes", options.articles, load_at_once, url, halves)


def write_articles(folder: Path, number: int) -> list[Path]:
    """Write the articles into two files, half and half."""
    seeds = [json.loads(line) for line in (SEEDS / "articles.ndjson").read_text("utf8").splitlines()]
    quotes = json.loads((SEEDS / "quotes.json").read_text("utf8"))
    chance = random.Random(SEED)
    weights = weigh(SURNAMES)
    paths = [folder / "first.ndjson", folder / "second.ndjson"]
    for half, path in enumerate(paths):
        with path.open("w", encoding="utf8") as target:
            for place in range(half * number // 2, (half + 1) * number // 2):
                article = dict(seeds[place % len(seeds)])
                surnames = {one["speaker"].split()[-1] for one in quotes[article["id"]] if one["speaker"]}
                for surname in sorted(surnames):
                    [rank] = chance.choices(range(SURNAMES), cum_weights=weights)
                    article["text"] = article["text"].replace(surname, f"Mc{name_word(rank)}")
                article["id"] = f"{article['id']}-{place}"
                target.write(json.dumps(article, ensure_ascii=False) + "\n")
    return paths


def prepare(url: str) -> str:
    store = Store(url)
    store.upgrade()
    store.close()
    return url


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process, and those it starts meanwhile, to one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def report(
    label: str, articles: int, load: Callable[[str, list[Path]], None], url: str, paths: list[Path]
) -> None:
    start, used = time.perf_counter(), processor_seconds()
    load(url, paths)
    seconds, used = time.perf_counter() - start, processor_seconds() - used
    store = Store(url)
    found = store.stats()
    store.close()
    if found.articles != articles:
        raise RuntimeError(f"{found.articles} articles are stored, not {articles}")
    rates = f"{articles / seconds:6.0f} articles/s {found.quotes / seconds:7.0f} quotes/s"
    print(f"  {label:<40} {rates} {articles / used:6.0f} articles/s of processor time", flush=True)


def processor_seconds() -> float:
    """What the processes that this one has started, and that have ended, have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def load_files(url: str, paths: list[Path]) -> None:
    subprocess.run(
        [*LOAD, *paths], check=True, env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.DEVNULL
    )


def load_at_once(url: str, paths: list[Path]) -> None:
    threads = [Thread(target=load_files, args=(url, [path])) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def post_files(url: str, paths: list[Path]) -> None:
    environment = {"DATABASE_URL": url, "WORKERS": "1", "THREADS": "1"}
    with running_server("service.app:create_app()", "/readyz", environment) as address:
        for path in paths:
            post_file(address, path)


def post_file(address: str, path: Path) -> None:
    """Send a file, and read the answers meanwhile."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.putrequest("POST", "/v1/articles/bulk")
    connection.putheader("Content-Type", "application/x-ndjson")
    connection.putheader("Content-Length", str(path.stat().st_size))
    connection.endheaders()

    def send() -> None:
        with path.open("rb") as source:
            while chunk := source.read(CHUNK_BYTES):
                connection.sock.sendall(chunk)

    sender = Thread(target=send)
    sender.start()
    for line in connection.getresponse():
        if b'"error"' in line:
            raise RuntimeError(line.decode())
    sender.join()
    connection.close()


if __name__ == "__main__":
    main()
