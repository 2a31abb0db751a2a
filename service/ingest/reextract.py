"""Extracts stored articles again with the current rules."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.extractor import EVERY_KIND, EXTRACTOR_VERSION, Extraction, extract
from service.store import InvalidArticle, QuoteDifference, Store, StoredText

LOG = logging.getLogger(__name__)
ARTICLES_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class ReextractedArticle:
    """An article that was extracted again, and the differences, often none."""

    id: str
    differences: tuple[QuoteDifference, ...]


def reextract(store: Store, *, dry_run: bool = False, every: bool = False) -> Iterator[ReextractedArticle]:
    """Extract articles again that another version read, or `every` one.

    Batches are saved before they are yielded, so that a run that was stopped goes on when it is started
    again; `dry_run` saves nothing.
    """
    after = None
    while texts := store.list_texts(
        after=after, limit=ARTICLES_AT_ONCE, unless_read_by=None if every else EXTRACTOR_VERSION
    ):
        read = [(text, extract(text.text, language=text.language, kinds=EVERY_KIND)) for text in texts]
        if dry_run:
            found = [store.compare_quotes(*pair, extractor_version=EXTRACTOR_VERSION) for pair in read]
        else:
            found = replace_quotes(store, read)
        for text, differences in zip(texts, found, strict=True):
            yield ReextractedArticle(text.id, differences)
        after = texts[-1].key


def replace_quotes(
    store: Store, read: Sequence[tuple[StoredText, Extraction]]
) -> list[tuple[QuoteDifference, ...]]:
    """Replace quotes; an article whose new quotes cannot be stored keeps its old ones."""
    try:
        return store.replace_quotes(read, extractor_version=EXTRACTOR_VERSION)
    except InvalidArticle as error:
        if len(read) > 1:
            return [differences for one in read for differences in replace_quotes(store, [one])]
        LOG.error("article %s keeps the quotes that it has: %s", read[0][0].id, error)
        return [()]
