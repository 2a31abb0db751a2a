"""Reads `pairs.txt`: texts, and quotations with the verdict on each."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PAIRS = Path(__file__).with_name("pairs.txt")


class Pair(NamedTuple):
    """A quotation, who is said to have said it, the text it is held against, and the verdict on it."""

    text: str
    quotation: str
    speaker: str | None
    verdict: str


def read_pairs() -> Iterator[Pair]:
    text = heading = ""
    for block in PAIRS.read_text("utf8").split("== ")[1:]:
        heading, _, content = block.partition("\n")
        if heading == "text":
            text = content.strip()
            continue
        for line in content.splitlines():
            quotation, _, speaker = line.partition(" | ")
            yield Pair(text, quotation, speaker or None, heading)
