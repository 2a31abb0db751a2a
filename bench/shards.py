"""Prints how much faster two workers extract an archive into shards than one, and what memory that takes.

    python -m bench.shards [--megabytes N]

The archive is one file, the project's own articles over and over.  Seconds on the clock, the quickest of some
rounds in which one worker and two take turns; the memory is that of the largest process.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.corpus import write_corpus
from bench.machine import describe_machine

MEGABYTES = 8
ROUNDS = 3
LONGER = 4
FORMS = ("ndjson", "parquet")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=MEGABYTES, help=f"default {MEGABYTES}")
    options = parser.parse_args()
    print(f"{describe_machine()}; {options.megabytes} MB of text, the quickest of {ROUNDS} runs\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        short, longer = folder / "short.ndjson", folder / "longer.ndjson"
        write_corpus(short, options.megabytes * 1_000_000)
        write_corpus(longer, options.megabytes * LONGER * 1_000_000)
        for form in FORMS:
            report_gain(short, form, options.megabytes)
        for form in FORMS:
            once, often = (measure(path, form, 1)[1] for path in (short, longer))
            print(
                f"  memory, {form:<8} {once:6.1f} MB, of {LONGER} times the archive {often:6.1f} MB",
                flush=True,
            )


def report_gain(path: Path, form: str, megabytes: int) -> None:
    rounds = [[measure(path, form, workers)[0] for workers in (1, 2)] for _ in range(ROUNDS)]
    one, two = (min(seconds) for seconds in zip(*rounds, strict=True))
    rates = f"one worker {megabytes / one:5.2f} MB/s, two {megabytes / two:5.2f} MB/s"
    print(f"  shards, {form:<8} {rates}: {one / two:.2f} times as fast", flush=True)


def measure(path: Path, form: str, workers: int) -> tuple[float, float]:
    """The seconds that the whole command takes, and the megabytes of its largest process."""
    quotes = [sys.executable, "-c", "from service.cli import main; main()"]
    with tempfile.TemporaryDirectory() as output:
        options = ["--output", output, "--format", form, "--workers", str(workers)]
        start = time.perf_counter()
        running = subprocess.Popen([*quotes, "extract", path, *options], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(running.pid, 0)
        if status:
            raise RuntimeError("extraction failed")
        return time.perf_counter() - start, usage.ru_maxrss * 1024 / 1e6


if __name__ == "__main__":
    main()
