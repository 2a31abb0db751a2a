"""Strong ETags, of what can be changed where it is read: a write may be held to one."""

import hashlib

from flask import Flask, request

CHANGES = frozenset(("PUT", "PATCH", "DELETE"))
# What is packed differs byte by byte, and so by its tag.
PACKED = "-gzip"


def find_changed_rules(app: Flask) -> frozenset[str]:
    """The addresses, as rules, that can be written."""
    return frozenset(rule.rule for rule in app.url_map.iter_rules() if CHANGES & (rule.methods or set()))


def tag_body(body: bytes) -> str:
    """Return the tag of an answer at this address with this body."""
    return hashlib.blake2b(request.path.encode() + b"\0" + body, digest_size=12).hexdigest()


def list_forms(tag: str) -> tuple[str, ...]:
    """The tags of an answer as it is and packed."""
    return tag, tag + PACKED


def mark_packed(header: str) -> str:
    """Return the ETag of an answer that is packed now; a weak one stands for both forms."""
    return header if header.startswith("W/") else f'{header[:-1]}{PACKED}"'
