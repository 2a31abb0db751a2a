"""Articles on their way into the store: to be extracted, extracted already, or refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from service.extractor import Extraction
from service.store import Article


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article with the quotes that the extractor of some version found in it before."""

    article: Article
    extraction: Extraction
    extractor_version: str


Place = TypeVar("Place")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason why an entry is not stored: the error of each field (None: of the whole)."""

    errors: Sequence[tuple[str | None, str]]


@dataclass(frozen=True, slots=True)
class Entry(Generic[Place]):
    """An article to store, or the error in its place; its position and its size in bytes."""

    place: Place
    given: Article | ReadArticle | Refusal
    size: int
