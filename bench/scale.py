"""Prints what it takes to extract large archives: cores and hours, and the room that shards take.

    python -m bench.scale [FILE]

FILE holds NDJSON articles like those of the archive; without it the project's own are repeated, which have
many quotes to the kilobyte, and pack too well.  Quotes of every kind into Parquet, by one worker, its start
included; what more cores take is reckoned from that.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet

from bench.corpus import write_corpus
from bench.machine import describe_machine

CORPUS_BYTES = 8_000_000
ARTICLE_BYTES = 4_000
ROUNDS = 3
MILLIONS = (1, 10, 200)
CORES = (1, 16, 128)


@dataclass(frozen=True, slots=True)
class Measured:
    """What the extraction of some articles took and gave."""

    seconds: float
    text_bytes: int
    quotes: int
    shard_bytes: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, help="NDJSON articles")
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


def report(found: Measured, millions: int) -> None:
    size = millions * 1e6 * ARTICLE_BYTES
    share = size / found.text_bytes
    hours = " ".join(f"{found.seconds * share / 3600 / cores:>7.1f} h  " for cores in CORES)
    print(
        f"  {millions:>12} million {size / 1e9:>9.0f} GB {found.quotes * share / 1e6:>6.0f} M"
        f" {found.shard_bytes * share / 1e9:>6.0f} GB {hours}"
    )


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
