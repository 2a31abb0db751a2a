"""Prints how fast one process extracts the seeds, beside the least that any extractor does.

That least is one pass of a regular expression over the same text, for whatever stands in quotation marks.
"""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import orjson
import regex

from bench.machine import describe_machine
from service.extractor import extract

SEEDS = Path(__file__).parent.parent / "seeds" / "articles.ndjson"
SECONDS = 2.0
MARKED = regex.compile(r"“[^”]*”|‘[^’]*’|\"[^\"]*\"")


def main() -> None:
    texts = [orjson.loads(line)["text"] for line in SEEDS.read_bytes().splitlines()]
    size = sum(len(text.encode()) for text in texts)
    print(describe_machine())
    print(f"\nextraction, one process, {len(texts)} articles of {size / len(texts):.0f} bytes on average")
    passes: dict[str, Callable[[str], object]] = {"bare regex pass": MARKED.findall, "extract": extract}
    for name, function in passes.items():
        seconds = time_pass(function, texts)
        rates = f"{len(texts) / seconds:8.0f} articles/s  {size / seconds / 1e6:7.2f} MB/s"
        print(f"  {name:<17} {rates}")


def time_pass(function: Callable[[str], object], texts: Iterable[str]) -> float:
    """Return the seconds of the quickest of many passes over the texts: the one least disturbed."""
    quickest = float("inf")
    end = time.perf_counter() + SECONDS
    while (start := time.perf_counter()) < end:
        for text in texts:
            function(text)
        quickest = min(quickest, time.perf_counter() - start)
    return quickest


if __name__ == "__main__":
    main()
