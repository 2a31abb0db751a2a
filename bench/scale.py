"""Prints what large archives take: cores and hours to extract, and the room of shards and stores.

    python -m bench.scale [FILE] [--quotes N]

FILE holds NDJSON articles like those of the archive; without it the project's own are repeated, which have
many quotes to the kilobyte, and pack too well.  Quotes of every kind into Parquet, by one worker, its start
included; what more cores take is reckoned from that.  Stores are filled with N made-up quotes, all different;
their room grows with the number, and the text of the articles is added to it as it is in FILE.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pyarrow.parquet

from bench.archive import fill
from bench.corpus import write_corpus
from bench.machine import describe_machine
from bench.postgres import NO_SERVER, create_database, find_binaries, running_postgres
from service.store import Store

CORPUS_BYTES = 8_000_000
ARTICLE_BYTES = 4_000
ROUNDS = 3
MILLIONS = (1, 10, 200)
QUOTES = 100_000
MILLIONS_OF_QUOTES = (1, 10, 100)
# The bytes of an article's text to a made-up quote (`bench.archive`).
TEXT_OF_MADE_UP = 129
CORES = (1, 16, 128)


@dataclass(frozen=True, slots=True)
class Measured:
    """The time and the output of extracting some articles."""

    seconds: float
    text_bytes: int
    quotes: int
    shard_bytes: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, help="NDJSON articles")
    parser.add_argument("--quotes", type=int, default=QUOTES, help=f"in the stores, default {QUOTES}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = options.file
        if file is None:
            file = Path(folder) / "corpus.ndjson"
            write_corpus(file, CORPUS_BYTES)
        runs = [measure(file, Path(folder) / f"shards-{number}") for number in range(ROUNDS)]
    found = min(runs, key=lambda run: run.seconds)
    rate = found.text_bytes / found.seconds
    print(f"{describe_machine()}; the quickest of {ROUNDS} runs\n")
    print(
        f"  one core: {rate / 1e6:.2f} MB/s, {ARTICLE_BYTES / rate * 1e3:.1f} ms for {ARTICLE_BYTES} bytes\n"
    )
    print(
        f"  articles of {ARTICLE_BYTES} bytes    text    quotes  Parquet", *(f"{n:>5} cores" for n in CORES)
    )
    for millions in MILLIONS:
        report(found, millions)
    report_stores(options.quotes, found.text_bytes / found.quotes)


def report(found: Measured, millions: int) -> None:
    size = millions * 1e6 * ARTICLE_BYTES
    share = size / found.text_bytes
    hours = " ".join(f"{found.seconds * share / 3600 / cores:>7.1f} h  " for cores in CORES)
    print(
        f"  {millions:>12} million {size / 1e9:>9.0f} GB {found.quotes * share / 1e6:>6.0f} M"
        f" {found.shard_bytes * share / 1e9:>6.0f} GB {hours}"
    )


def report_stores(quotes: int, text_bytes: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chmod(folder, 0o755)  # the server of PostgreSQL may run as another user
        rooms = {"SQLite": fill_sqlite(folder / "quotes.db", quotes)}
        binaries = find_binaries()
        if binaries is None:
            print(NO_SERVER)
        else:
            (folder / "server").mkdir()
            with running_postgres(binaries, folder / "server", "-c shared_buffers=256MB") as socket:
                rooms["PostgreSQL"] = fill_postgresql(create_database(socket, "scale"), quotes)
    print(f"\n  stores, by {quotes} quotes" + "".join(f"{n:>9} million" for n in MILLIONS_OF_QUOTES))
    for database, room in rooms.items():
        each = room / quotes - TEXT_OF_MADE_UP + text_bytes
        sizes = "".join(f"{each * millions / 1e3:>13.0f} GB" for millions in MILLIONS_OF_QUOTES)
        print(f"  {database:<10} {each:5.0f} bytes each {sizes}")


def fill_sqlite(path: Path, quotes: int) -> int:
    """The bytes of a store."""
    fill_store(f"sqlite:///{path}", quotes)
    return path.stat().st_size


def fill_postgresql(url: str, quotes: int) -> int:
    fill_store(url, quotes)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        [size] = connection.execute("SELECT pg_database_size(current_database())").fetchone() or [0]
    return int(size)


def fill_store(url: str, quotes: int) -> None:
    store = Store(url)
    store.upgrade()
    fill(store, quotes)
    store.close()


def measure(file: Path, output: Path) -> Measured:
    quotes = [sys.executable, "-c", "from service.cli import main; main()"]
    options = ["--output", str(output), "--format", "parquet", "--kinds", "any"]
    start = time.perf_counter()
    subprocess.run([*quotes, "extract", str(file), *options], check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    shards = list(output.glob("*.parquet"))
    columns = pyarrow.parquet.read_table([str(path) for path in shards], columns=["text", "quotes"])
    return Measured(
        seconds,
        sum(len(text.as_py().encode()) for text in columns["text"]),
        sum(len(quotes.as_py()) for quotes in columns["quotes"]),
        sum(path.stat().st_size for path in shards),
    )


if __name__ == "__main__":
    main()
