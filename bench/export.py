"""Prints how fast quotes leave a large store, format by format, and what memory that takes.

The store is that of `bench.search`, made the first time.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.machine import describe_machine
from bench.search import STORES, open_stores
from service.store import Store

QUOTES = 100_000
EXPORT = (sys.executable, "-c", "from service.cli import main; main()", "export")
# What to write, and the options that ask for it.
FORMS = {
    "Parquet, a file a month": ("--parquet", "months"),
    "Parquet, one file": ("--format", "parquet", "--output", "quotes.parquet"),
    "CSV": ("--format", "csv", "--output", "quotes.csv"),
    "NDJSON": ("--format", "ndjson", "--output", "quotes.ndjson"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quotes", type=int, default=QUOTES, help=f"of the store (default {QUOTES})")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--stores", type=Path, default=STORES, help="folder of the stores")
    options = parser.parse_args()
    print(f"{describe_machine()}; the whole command, its start included")
    with open_stores(options.database, options.stores, [options.quotes]) as urls:
        url = urls[options.quotes]
        store = Store(url)
        stored = store.stats().quotes
        store.close()
        for label, form in FORMS.items():
            print_export(label, form, url, stored)


def print_export(label: str, form: tuple[str, ...], url: str, quotes: int) -> None:
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        environment = {**os.environ, "DATABASE_URL": url}
        process = subprocess.Popen([*EXPORT, *form], cwd=folder, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    if status:
        raise RuntimeError(f"{label}: status {os.waitstatus_to_exitcode(status)}")
    print_figures(label, quotes, seconds, usage)


def print_figures(label: str, quotes: int, seconds: float, usage: resource.struct_rusage) -> None:
    used = usage.ru_utime + usage.ru_stime
    rates = f"{quotes / seconds:7.0f} quotes/s {quotes / used:7.0f} quotes/s of processor time"
    print(f"  {label:<24} {quotes:9,} quotes {rates} {usage.ru_maxrss / 1024:6.0f} MB at most", flush=True)


if __name__ == "__main__":
    main()
