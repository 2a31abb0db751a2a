"""The text that benches read: the project's own articles, over and over, the same in every run."""

import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import orjson

ROOT = Path(__file__).parent.parent
MARK = re.compile(r"</?q[^>]*>")
COMMENT = re.compile(r"^#.*\n", re.MULTILINE)


def read_texts() -> list[str]:
    """Read the seeds, and the case articles without their marks."""
    seeds = (ROOT / "seeds" / "articles.ndjson").read_bytes().splitlines()
    cases = sorted((ROOT / "tests" / "articles").glob("*/*.txt"))
    return [
        *(orjson.loads(line)["text"] for line in seeds),
        *(MARK.sub("", COMMENT.sub("", path.read_text("utf8"))) for path in cases),
    ]


def repeat_texts(size: int) -> Iterator[str]:
    """Yield articles, again and again, until they hold `size` bytes."""
    total = 0
    for text in cycle(read_texts()):
        if total >= size:
            return
        total += len(text.encode())
        yield text


def write_corpus(path: Path, size: int) -> None:
    """Write NDJSON articles of `size` bytes of text."""
    articles = ({"id": str(number), "text": text} for number, text in enumerate(repeat_texts(size)))
    path.write_bytes(b"".join(orjson.dumps(article) + b"\n" for article in articles))
