"""Keys for reading and writing: random, stored only as hashes, in a file or from the environment.

A key is 256 random bits, which nobody can guess however fast he hashes: a slow hash, which is for the
passwords that people choose, would only make each request dear.
"""

import fcntl
import hashlib
import hmac
import logging
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

# What each scope allows: `feed` is for the addresses of feeds, and for nothing else.
ALLOWED = {"read": ("read", "feed"), "write": ("write", "read", "feed"), "feed": ("feed",)}
SCOPES = tuple(ALLOWED)
PREFIX = "quotes_"
MAX_KEYS = 1_000
MAX_FILE_BYTES = 256 * 1024
# What RFC 6750 lets a bearer token be made of; shorter ones could be guessed.
SECRET = re.compile(r"[A-Za-z0-9._~+/-]{20,200}=*")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LINE = re.compile(
    r"""
    (?P<name> [A-Za-z0-9][A-Za-z0-9._-]{0,63} ) [ ]
    (?P<scope> read | write | feed ) [ ]
    (?P<digest> [0-9a-f]{64} ) [ ]
    (?P<added_at> [0-9-]{10}T[0-9:]{8}Z )
    """,
    re.VERBOSE,
)
HEADING = "# name scope sha256 added: written by `quotes keys`\n"
LOG = logging.getLogger(__name__)

Signature = tuple[int, int, int]


class KeysUnusable(ValueError):
    """Keys that cannot be read or changed; the message is one line and repeats no key."""


@dataclass(frozen=True, slots=True)
class Key:
    """A stored key; `digest` is the SHA-256 of the secret, in hex."""

    name: str
    scope: str
    digest: str
    added_at: str = ""

    def allows(self, scope: str) -> bool:
        """Return whether the key is enough for a scope."""
        return scope in ALLOWED[self.scope]


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def parse_keys(value: str) -> tuple[Key, ...]:
    """Read `KEY`, or `SCOPE:KEY`, separated by commas.  Raises ValueError without the key."""
    keys = []
    for number, entry in enumerate(value.split(","), 1):
        scope, colon, secret = entry.strip().rpartition(":")
        if (colon and scope not in SCOPES) or not SECRET.fullmatch(secret):
            raise ValueError(
                f"key {number} is not KEY, read:KEY, write:KEY or feed:KEY with a KEY of 20 to 200 letters,"
                " digits and any of ._~+/-"
            )
        keys.append(Key(f"given-{number}", scope or "write", hash_secret(secret)))
    return tuple(keys)


class KeyRing:
    """The valid keys: those given, and those of a file, which is read again when it changes."""

    def __init__(self, given: Sequence[Key], path: str) -> None:
        self._given = tuple(given)
        self._path = Path(path) if path else None
        self._read: tuple[Signature | None, tuple[Key, ...]] | None = None

    def __bool__(self) -> bool:
        """Whether keys are required.  A file without keys lets nobody in; it does not let all in."""
        return bool(self._given or self._path)

    def check(self) -> None:
        """Raise KeysUnusable if the file cannot be read."""
        if self._path is not None:
            read_keys(self._path)

    def find(self, secret: str) -> Key | None:
        """Find a key by the secret that was sent, in constant time."""
        digest = hash_secret(secret)
        found = None
        for key in (*self._given, *self._filed()):
            if hmac.compare_digest(key.digest, digest):
                found = key
        return found

    def find_named(self, name: str) -> Key | None:
        """Find a key by its name."""
        return next((key for key in (*self._given, *self._filed()) if key.name == name), None)

    def _filed(self) -> tuple[Key, ...]:
        if self._path is None:
            return ()
        try:
            signature = sign(os.stat(self._path))
        except OSError:
            signature = None
        known = self._read
        if known is None or known[0] != signature:
            known = self._read = (signature, self._read_anew(self._path))
        return known[1]

    def _read_anew(self, path: Path) -> tuple[Key, ...]:
        try:
            return read_keys(path)
        except KeysUnusable as error:
            LOG.error("no key of the file is taken: %s", error)
            return ()


def sign(status: os.stat_result) -> Signature:
    """Return a fingerprint of a file's content and permissions."""
    return status.st_ctime_ns, status.st_size, status.st_ino


def read_keys(path: Path) -> tuple[Key, ...]:
    """Read a file of keys.  Raises KeysUnusable."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise KeysUnusable(f"{path} is not there; `quotes keys add NAME` makes it") from None
    except OSError as error:
        raise KeysUnusable(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > MAX_FILE_BYTES:
        raise KeysUnusable(f"{path} is longer than the limit of {MAX_FILE_BYTES} bytes")
    keys: dict[str, Key] = {}
    for number, line in enumerate(content.decode("ascii", "replace").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = LINE.fullmatch(line)
        if match is None:
            raise KeysUnusable(
                f"{path}, line {number}: is not a name, read, write or feed, a SHA-256 and a time"
            )
        if match["name"] in keys:
            raise KeysUnusable(f"{path}, line {number}: {match['name']} is there twice")
        keys[match["name"]] = Key(**match.groupdict())
    if len(keys) > MAX_KEYS:
        raise KeysUnusable(f"{path} holds {len(keys)} keys, the limit is {MAX_KEYS}")
    return tuple(keys.values())


def add_key(path: Path, name: str, scope: str) -> str:
    """Make a key, keep its hash, and return the secret, which is kept nowhere.  Raises KeysUnusable."""
    if not NAME.fullmatch(name):
        raise KeysUnusable("NAME is 1 to 64 letters, digits and any of ._- and starts with a letter or digit")
    secret = PREFIX + secrets.token_urlsafe(32)
    with edit_keys(path) as keys:
        if any(key.name == name for key in keys):
            raise KeysUnusable(f"{name} has a key already; revoke it, or choose another name")
        if len(keys) >= MAX_KEYS:
            raise KeysUnusable(f"{path} holds {len(keys)} keys, the limit is {MAX_KEYS}")
        added_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        keys.append(Key(name, scope, hash_secret(secret), added_at))
    return secret


def revoke_key(path: Path, name: str) -> None:
    """Remove a key from the file.  Raises KeysUnusable."""
    with edit_keys(path) as keys:
        left = [key for key in keys if key.name != name]
        if len(left) == len(keys):
            raise KeysUnusable(f"there is no key of the name {name}")
        keys[:] = left


@contextmanager
def edit_keys(path: Path) -> Iterator[list[Key]]:
    """Yield the keys of a file to be changed; one process at a time, and written whole or not at all."""
    path = path.resolve()
    try:
        if path.exists() and not path.is_file():
            # Above all no device, in whose place root could put a file.
            raise KeysUnusable(f"{path} is no ordinary file")
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            keys = list(read_keys(path)) if path.exists() else []
            yield keys
            write_keys(path, keys)
        finally:
            os.close(folder)
    except OSError as error:
        raise KeysUnusable(f"{path} cannot be written: {error.strerror}") from None


def write_keys(path: Path, keys: Sequence[Key]) -> None:
    """Replace the file, readable for those who could read the old one; a new file for its owner alone."""
    lines = [f"{key.name} {key.scope} {key.digest} {key.added_at}\n" for key in keys]
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(descriptor, "w", encoding="ascii") as stream:
            if path.exists():
                _give_access(descriptor, path.stat())
            stream.writelines([HEADING, *lines])
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _give_access(descriptor: int, old: os.stat_result) -> None:
    """Give the new file the owner and permissions of the old one.  Raises OSError."""
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
