"""Ids derived from content, so that they are the same when a store is built again."""

import hashlib


def digest_identity(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()[:20]
