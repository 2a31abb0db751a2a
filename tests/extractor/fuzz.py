"""Extracts generated texts and checks what holds of any; prints how many ran and which failed.

    python -m tests.extractor.fuzz [--inputs 1000000] [--seed 1]

An input is made from the seed and its number alone, so that one that failed can be made again:
--only NUMBER shows that one and checks it.  One that failed becomes an @example in test_properties.py.
"""

import argparse
import random
import time
import traceback

from service.extractor import explain, extract
from tests.extractor.grammar import write_text
from tests.extractor.invariants import check_extraction, check_utf16

# Checks that cost another extraction are made for one input of so many.
THOROUGH_EVERY = 16
SHOWN_AT_MOST = 20
REPORT_EVERY = 100_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="the number of one input")
    options = parser.parse_args()
    if options.only is not None:
        text = write_input(options.seed, options.only)
        print(ascii(text))
        check(text, thorough=True)
        return
    raise SystemExit(run(options.seed, options.inputs) > 0)


def run(seed: int, inputs: int) -> int:
    """Check so many inputs, print what failed, and return how many did."""
    start = time.monotonic()
    failed = quotes = slowest = 0
    longest = 0.0
    for number in range(inputs):
        text = write_input(seed, number)
        begun = time.process_time()
        try:
            quotes += check(text, thorough=number % THOROUGH_EVERY == 0)
        except Exception as error:
            failed += 1
            if failed <= SHOWN_AT_MOST:
                print(f"input {number} failed: {describe(error)}; {text!a}", flush=True)
        taken = time.process_time() - begun
        if taken > longest:
            longest, slowest = taken, number
        if not (number + 1) % REPORT_EVERY:
            print(f"{number + 1} inputs, {failed} failed, {time.monotonic() - start:.0f} s", flush=True)
    print(f"seed {seed}: {inputs} inputs with {quotes} quotes, {failed} failed")
    print(f"the longest took {longest * 1000:.0f} ms: input {slowest}")
    return failed


def describe(error: Exception) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} {error} at {place.name}:{place.lineno}, {place.line}"


def write_input(seed: int, number: int) -> str:
    return write_text(random.Random(f"{seed}/{number}"))


def check(text: str, *, thorough: bool) -> int:
    """Return the number of quotes.  Raises whatever goes wrong."""
    extraction = extract(text)
    check_extraction(text, extraction)
    if thorough:
        check_utf16(text, extraction)
        assert extract(text) == extraction, "a second run says something else"
        explained = explain(text)
        assert explained.passages == extraction.passages
        assert [quote.segments for quote in explained.quotes] == [
            quote.segments for quote in extraction.quotes
        ]
    return len(extraction.quotes)


if __name__ == "__main__":
    main()
