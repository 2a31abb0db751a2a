"""Prints how fast articles are loaded: extracted, stored and indexed, by `quotes load` and by POST in bulk.

The articles are those of seeds/, each time with other surnames by Zipf, so that most bring speakers to be
stored.  On SQLite one core does it all; on PostgreSQL two processes load half of the articles each.  More of
them are loaded from the Parquet that `quotes extract` makes of them.  Quotes are those of any kind.
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
from functools import partial
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
EXTRACTED_ARTICLES = 8_000
QUOTES: tuple[str | Path, ...] = (sys.executable, "-c", "from service.cli import main; main()")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=ARTICLES, help=f"default {ARTICLES}")
    parser.add_argument(
        "--extracted", type=int, default=EXTRACTED_ARTICLES, help=f"default {EXTRACTED_ARTICLES}"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chmod(folder, 0o755)  # the server of PostgreSQL may run as another user
        halves = write_articles(folder, options.articles)
        size = sum(path.stat().st_size for path in halves) // options.articles
        print(f"{describe_machine()}; {options.articles} articles of {size} bytes on average,")
        shards = extract_articles(folder, options.extracted)
        print(f"and {options.extracted} of them extracted beforehand\n")
        measure_sqlite(folder, options, halves, shards)
        binaries = find_binaries()
        if binaries is None:
            print(NO_SERVER)
            return
        (folder / "server").mkdir()
        with running_postgres(binaries, folder / "server", "-c shared_buffers=256MB") as socket:
            url = prepare(create_database(socket, "bulk"))
            report("PostgreSQL, quotes load, two processes", options.articles, load_at_once, url, halves)
            for workers in (1, 2):
                url = prepare(create_database(socket, f"extracted_{workers}"))
                label = f"PostgreSQL, extracted, --workers {workers}"
                report(label, options.extracted, partial(load_files, workers=workers), url, [shards])


def measure_sqlite(folder: Path, options: argparse.Namespace, halves: list[Path], shards: Path) -> None:
    for number, (label, load, paths, articles) in enumerate(
        (
            ("quotes load", load_files, halves, options.articles),
            ("POST in bulk", post_files, halves, options.articles),
            ("extracted", load_files, [shards], options.extracted),
        )
    ):
        url = prepare(f"sqlite:///{folder}/{number}.db")
        with one_core():
            report(f"SQLite, {label}, one core", articles, load, url, paths)


def extract_articles(folder: Path, number: int) -> Path:
    """Write articles, as extraction gives them, into a folder of Parquet."""
    sources, shards = folder / "sources", folder / "shards"
    sources.mkdir()
    options = ("--kinds", "any", "--format", "parquet", "--workers", str(os.cpu_count()))
    command = [*QUOTES, "extract", *write_articles(sources, number), "--output", shards, *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return shards


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
    quotes = found.quotes + found.indirect
    rates = f"{articles / seconds:6.0f} articles/s {quotes / seconds:7.0f} quotes/s"
    print(f"  {label:<40} {rates} {articles / used:6.0f} articles/s of processor time", flush=True)


def processor_seconds() -> float:
    """Return the processor time of child processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def load_files(url: str, paths: list[Path], workers: int = 1) -> None:
    command = [*QUOTES, "load", "--workers", str(workers), *paths]
    environment = {**os.environ, "DATABASE_URL": url}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


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
