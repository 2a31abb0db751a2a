"""Names the version of the extractor: its rules and word lists, whatever they are now."""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable

_READ = (".py", ".txt", ".toml")


@lru_cache(maxsize=1)
def extractor_version() -> str:
    """A digest of all rules and words, wherever their files lie; others are due again."""
    contents = sorted(blake2b(path.read_bytes()).digest() for path in _sources(files("service.extractor")))
    return blake2b(b"".join(contents), digest_size=6).hexdigest()


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _sources(item)
        elif item.name.endswith(_READ):
            yield item
