"""Names the version of the extractor: its rules and word lists, whatever they are now."""

from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable

_READ = (".py", ".txt", ".toml")


@lru_cache(maxsize=1)
def extractor_version() -> str:
    """A name that changes with any rule or word: what was read under another name is read anew."""
    digest = blake2b(digest_size=6)
    for path in _sources(files("service.extractor")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            found.extend(_sources(item))
        elif item.name.endswith(_READ):
            found.append(item)
    return found
