"""Files by path, or by address (s3://bucket/2019) through fsspec; a file is written whole or not at all.

An address needs fsspec (extra `cluster`) and the package that fsspec needs for it, such as s3fs for S3.
"""

import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from service.extras import ExtraMissing, load_extra

ASIDE = ".part"
ASIDE_PATH = re.compile(r"(?P<folder>(?:.*/)?)\.(?P<name>[^/]+)\.[0-9a-f]+\.part", re.DOTALL)


@dataclass(frozen=True, slots=True)
class File:
    """A file, its path inside the folder that was given (its name, if none was), and its bytes."""

    path: str
    relative: str
    size: int


class Files(Protocol):
    """The interface of a disk, and of addresses used like one.

    `complete` makes a path absolute; `find` lists the files of a folder by name, or the one file.
    """

    def complete(self, path: str) -> str: ...
    def is_folder(self, path: str) -> bool: ...
    def find(self, path: str) -> list[File]: ...
    def open(self, path: str) -> BinaryIO: ...
    def create(self, path: str) -> BinaryIO: ...
    def rename(self, path: str, to: str) -> None: ...
    def exists(self, path: str) -> bool: ...
    def remove(self, path: str) -> None: ...


class LocalFiles:
    """A disk."""

    def complete(self, path: str) -> str:
        return os.path.abspath(path)

    def is_folder(self, path: str) -> bool:
        return Path(path).is_dir()

    def find(self, path: str) -> list[File]:
        given = Path(self.complete(path))
        if not given.is_dir():
            return [File(str(given), given.name, given.stat().st_size)]
        found: list[File] = []
        for one in list_folder(given):
            with suppress(FileNotFoundError):  # others may work in the folder
                if one.is_file():
                    found.append(File(str(one), one.relative_to(given).as_posix(), one.stat().st_size))
        return found

    def open(self, path: str) -> BinaryIO:
        return Path(path).open("rb")

    def create(self, path: str) -> BinaryIO:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return Path(path).open("xb")

    def rename(self, path: str, to: str) -> None:
        os.replace(path, to)

    def exists(self, path: str) -> bool:
        return Path(path).is_file()

    def remove(self, path: str) -> None:
        Path(path).unlink(missing_ok=True)


def list_folder(folder: Path) -> list[Path]:
    """List the files in a folder, at any depth.  Raises OSError for a folder that cannot be read."""

    def refuse(error: OSError) -> None:
        raise error

    walked = os.walk(folder, onerror=refuse)
    return sorted(Path(inner, name) for inner, _, names in walked for name in names)


class AddressedFiles:
    """Files that fsspec reaches; renaming may copy them, but a file is there complete or not at all."""

    def __init__(self, address: str) -> None:
        fsspec = load_extra("fsspec.core", "cluster", address)
        try:
            self._system: Any = fsspec.core.url_to_fs(address)[0]
        except (ImportError, ValueError) as error:  # of no known kind, or of one that needs a package more
            raise ExtraMissing(f"{address}: {error}") from None

    def complete(self, path: str) -> str:
        return str(self._system.unstrip_protocol(self._system._strip_protocol(path)))

    def is_folder(self, path: str) -> bool:
        with as_os_errors(path):
            return bool(self._system.isdir(path))

    def find(self, path: str) -> list[File]:
        system = self._system
        given = str(system._strip_protocol(path))
        with as_os_errors(path):
            if not system.isdir(given):
                size = int(system.size(given))
                return [File(system.unstrip_protocol(given), given.rpartition("/")[2], size)]
            found = system.find(given, detail=True)
        inner = [(name, int(found[name]["size"])) for name in sorted(found)]
        start = len(given.rstrip("/")) + 1
        return [File(system.unstrip_protocol(name), name[start:], size) for name, size in inner]

    def open(self, path: str) -> BinaryIO:
        with as_os_errors(path):
            return cast(BinaryIO, self._system.open(path, "rb"))

    def create(self, path: str) -> BinaryIO:
        with as_os_errors(path):
            self._system.makedirs(self._system._parent(path), exist_ok=True)
            return cast(BinaryIO, self._system.open(path, "wb"))

    def rename(self, path: str, to: str) -> None:
        with as_os_errors(to):
            self._system.mv(path, to)

    def exists(self, path: str) -> bool:
        with as_os_errors(path):
            return bool(self._system.isfile(path))

    def remove(self, path: str) -> None:
        with as_os_errors(path):
            if self._system.exists(path):
                self._system.rm_file(path)


@contextmanager
def as_os_errors(path: str) -> Iterator[None]:
    """Raise OSError for any error of a library about an address that it cannot reach."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{path}: {error}") from error


def is_address(path: str) -> bool:
    return "://" in path


def reach(path: str) -> Files:
    """Return the files of this path or address.  Raises ExtraMissing."""
    return AddressedFiles(path) if is_address(path) else LocalFiles()


def spell(path: str) -> str:
    """Spell a path for JSON and Parquet: names on a disk may be invalid UTF-8."""
    return os.fsencode(path).decode("utf8", "backslashreplace")


def join_path(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}" if folder.strip("/") else f"{folder}{name}"


@contextmanager
def write_aside(files: Files, path: str) -> Iterator[BinaryIO]:
    """Yield a file that gets its name when it is complete and on the disk, and is removed otherwise."""
    folder, slash, name = path.rpartition("/")
    aside = f"{folder}{slash}.{name}.{uuid.uuid4().hex}{ASIDE}"
    try:
        with files.create(aside) as target:
            yield target
            target.flush()
            with suppress(AttributeError, OSError):  # what is no file of a disk has no number
                os.fsync(target.fileno())
        files.rename(aside, path)
    except BaseException:
        with suppress(OSError):
            files.remove(aside)
        raise


def name_of_aside(path: str) -> str | None:
    """Return the path that a file gets when it is complete; None if the file is not one written aside."""
    found = ASIDE_PATH.fullmatch(path)
    return found and f"{found['folder']}{found['name']}"
