"""Quotes an article at a time, for formats that have a line an article."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from service.store import QuoteRecord

ReadText = Callable[[str], str]


MARK = "[\"'`“”„‟‘’‚‛«»‹›]{1,2}"  # two as in ''so''


OPENING_MARK = re.compile(f"{MARK}$")


# A segment has no comma at its end, which stands inside the marks.
CLOSING_MARK = re.compile(f"[,.;:!?]?{MARK}")


REACH = 3


def group_by_article(
    quotes: Iterable[QuoteRecord], read_text: ReadText
) -> Iterator[tuple[str, str, list[QuoteRecord]]]:
    """Yield (article id, its text, its quotes); quotes of one article follow one another in every list."""
    for article_id, some in groupby(quotes, lambda quote: quote.article.id):
        yield article_id, read_text(article_id), list(some)


def include_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a stretch by the quotation marks around it."""
    opening = OPENING_MARK.search(text[max(start - REACH, 0) : start])
    closing = CLOSING_MARK.match(text[end : end + REACH])
    return start - len(opening.group() if opening else ""), end + len(closing.group() if closing else "")


def cut(text: str, start: int, end: int) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text[start:end]}
