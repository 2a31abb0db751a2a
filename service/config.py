"""The settings, read once from the environment; a wrong value stops the start with one line that names it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_DATABASE_URL = "sqlite:///quotes.db"
DEFAULT_MAX_BODY_BYTES = 2_000_000
DATABASE_SCHEMES = ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")


class WrongSetting(ValueError):
    """A setting that cannot be used; the message is one line that names it."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the service needs to know of the place it runs in."""

    database_url: str = DEFAULT_DATABASE_URL
    max_body_bytes: int = DEFAULT_MAX_BODY_BYTES
    workers: int = 2
    threads: int = 4
    graceful_timeout_seconds: int = 20
    client_timeout_seconds: int = 30
    answer_cache_bytes: int = 32_000_000

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Config":
        """Read every setting; an empty one counts as not set.  Raises WrongSetting."""
        values = os.environ if environment is None else environment
        default = cls()
        return cls(
            database_url=_read_database_url(values),
            max_body_bytes=_read_integer(
                values, "MAX_BODY_BYTES", default.max_body_bytes, 1_000, 100_000_000
            ),
            answer_cache_bytes=_read_integer(
                values, "ANSWER_CACHE_BYTES", default.answer_cache_bytes, 0, 10_000_000_000
            ),
            workers=_read_integer(values, "WORKERS", default.workers, 1, 256),
            threads=_read_integer(values, "THREADS", default.threads, 1, 256),
            graceful_timeout_seconds=_read_integer(
                values, "GRACEFUL_TIMEOUT_SECONDS", default.graceful_timeout_seconds, 1, 3_600
            ),
            client_timeout_seconds=_read_integer(
                values, "CLIENT_TIMEOUT_SECONDS", default.client_timeout_seconds, 1, 3_600
            ),
        )


def _read_database_url(values: Mapping[str, str]) -> str:
    url = values.get("DATABASE_URL") or DEFAULT_DATABASE_URL
    if not url.startswith(DATABASE_SCHEMES) or url in (*DATABASE_SCHEMES, "sqlite:///:memory:"):
        # The value may hold a password, so it is not repeated.
        raise WrongSetting("DATABASE_URL: must start with sqlite:/// or postgresql://")
    return url


def _read_integer(values: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    value = values.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and len(value) <= 12 and least <= int(value) <= most):
        raise WrongSetting(f"{name}: {value[:40]!r} is not a whole number from {least} to {most}")
    return int(value)
