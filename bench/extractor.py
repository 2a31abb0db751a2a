"""Prints how fast the extractor is, beside a bare regular expression, and how its time grows with length.

    python -m bench.extractor [FILE] [--only speed|growth]

FILE holds NDJSON articles, as `quotes extract` reads them; without it the project's own are repeated.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import orjson
import regex

from bench.corpus import write_corpus
from bench.machine import describe_machine
from bench.shapes import SHAPES
from service.extractor import EVERY_KIND, extract
from service.processes import collect_less_often

CORPUS_BYTES = 6_000_000
ROUNDS = 3
ENOUGH_SECONDS = 1.0
MARKED = regex.compile(r"“[^”]*”|‘[^’]*’|\"[^\"]*\"")
BARE = "bare regex pass"
COMMANDS = {"quotes extract": "direct,mixed", "quotes extract --kinds any": "any"}
GROWTH = 10
GROWTH_AT_MOST = 12
SLOW_MICROSECONDS = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, help="NDJSON articles")
    parser.add_argument("--only", choices=["speed", "growth"])
    options = parser.parse_args()
    print(f"{describe_machine()}; seconds of processor time, the quickest of up to {ROUNDS} runs")
    if options.only != "growth":
        measure_speed(options.file)
    if options.only != "speed":
        measure_growth()


def measure_speed(file: Path | None) -> None:
    """Time the whole command with one worker, and the bare pass over texts already read, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        if file is None:
            file = Path(folder) / "corpus.ndjson"
            write_corpus(file, CORPUS_BYTES)
        texts = [orjson.loads(line)["text"] for line in file.read_bytes().splitlines() if line.strip()]
        rounds = [
            (time_bare_pass(texts), *(time_command(file, kinds) for kinds in COMMANDS.values()))
            for _ in range(ROUNDS)
        ]
    bare, *commands = (min(seconds) for seconds in zip(*rounds, strict=True))
    size = sum(len(text.encode()) for text in texts)
    print(
        f"\n{len(texts)} articles, {size / 1e6:.1f} MB; the whole command with one worker, its start included"
    )
    for name, seconds in ((BARE, bare), *zip(COMMANDS, commands, strict=True)):
        rates = f"{size / seconds / 1e6:8.2f} MB/s {len(texts) / seconds:9.0f} articles/s"
        print(f"  {name:<26}{rates}  {seconds / bare:6.1f} times as long as bare")


def time_bare_pass(texts: list[str]) -> float:
    start = time.process_time()
    for text in texts:
        MARKED.findall(text)
    return time.process_time() - start


def time_command(file: Path, kinds: str) -> float:
    """Return the processor time of a command, user's and system's, from its start to its end."""
    quotes = [sys.executable, "-c", "from service.cli import main; main()"]
    command = [*quotes, "extract", "--workers", "1", "--kinds", kinds, str(file)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure_growth() -> None:
    """Time each shape, quotes of every kind, and ten times as much of it, set up as the command's own."""
    collect_less_often()
    print(f"\n{GROWTH} times the length should take at most {GROWTH_AT_MOST} times as long")
    for shape in SHAPES:
        seconds, _ = time_extraction(shape.build(shape.count))
        longer, each = time_extraction(shape.build(shape.count * GROWTH))
        growth = longer / seconds
        remarks = [" GROWS"] * (growth > GROWTH_AT_MOST) + [" SLOW"] * (each > SLOW_MICROSECONDS)
        length = f"{shape.name:<26}{shape.count:>9,} {shape.unit:<11}"
        times = f"{seconds:7.3f} s, times {GROWTH} {longer:7.3f} s: {growth:5.1f}"
        print(f"  {length}{times}  {each:6.2f} µs a character{''.join(remarks)}", flush=True)


def time_extraction(text: str) -> tuple[float, float]:
    """Return the seconds that a text takes, and the microseconds a character."""
    runs: list[float] = []
    while len(runs) < ROUNDS and sum(runs) < ENOUGH_SECONDS:
        start = time.process_time()
        extract(text, kinds=EVERY_KIND)
        runs.append(time.process_time() - start)
    return min(runs), min(runs) / len(text) * 1e6


if __name__ == "__main__":
    main()
