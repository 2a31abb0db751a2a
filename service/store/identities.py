"""Ids that are derived from what they stand for, so that they stay when a store is built anew."""

import hashlib


def digest_identity(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()[:20]
