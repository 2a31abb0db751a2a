"""The settings, read once from the environment; a wrong value stops the start with one line that names it.

A setting is one field of Config: its name in the environment is the field's in capitals.  The table in
docs/configuration.md is written from here.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from service.keys import Key

DATABASE_SCHEMES = ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")
# As SQLAlchemy takes an address apart; but no host has an @ in its name.
SERVER = re.compile(
    r"[a-z+]+://(?:[^:/]*(?::[^@]*)?@)?(?:\[[^/?]+\]|[^/:?@]+)?(?::(?P<port>[^/?]*))?(?:[/?].*)?", re.DOTALL
)
# As browsers write it: no path, no capitals, no port that goes without saying.
ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?")
HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,30}")
RATE = re.compile(r"[1-9][0-9]{0,8}/(?:second|minute|hour|day)")


class WrongSetting(ValueError):
    """A setting that cannot be used; the message is one line that names it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The reader of a setting, which raises ValueError with the fault, and its documentation."""

    read: Callable[[str], Any]
    values: str
    meaning: str


def setting(default: Any, read: Callable[[str], Any], values: str, meaning: str) -> Any:
    """Declare a setting; `default` is its value if the environment has none."""
    return field(default=default, metadata={"setting": Setting(read, values, meaning)})


def whole_number(default: int, least: int, most: int, meaning: str) -> int:
    """Declare a setting that is a whole number."""

    def read(value: str) -> int:
        if not (value.isascii() and value.isdigit() and len(value) <= 12 and least <= int(value) <= most):
            raise ValueError(f"{value[:40]!r} is not a whole number from {least} to {most}")
        return int(value)

    number: int = setting(default, read, f"{least} to {most}", meaning)
    return number


def switch(meaning: str) -> bool:
    """Declare a setting that is off unless it is turned on."""

    def read(value: str) -> bool:
        if value not in ("0", "1"):
            raise ValueError(f"{value[:40]!r} is neither 0 nor 1")
        return value == "1"

    off: bool = setting(False, read, "0 or 1", meaning)
    return off


def choice(meaning: str, default: str, *others: str) -> str:
    """Declare a setting that is one of a few words."""

    def read(value: str) -> str:
        if value not in (default, *others):
            raise ValueError(f"{value[:40]!r} is none of {', '.join((default, *others))}")
        return value

    chosen: str = setting(default, read, ", ".join(f"`{word}`" for word in (default, *others)), meaning)
    return chosen


def _read_database_url(url: str) -> str:
    if not url.startswith(DATABASE_SCHEMES) or url in (*DATABASE_SCHEMES, "sqlite:///:memory:"):
        # The value may hold a password, so it is not repeated.
        raise ValueError("must start with sqlite:/// or postgresql://")
    server = SERVER.fullmatch(url)
    if server is None or not re.fullmatch(r"[0-9]{0,5}", server["port"] or ""):
        raise ValueError("is not postgresql://user:password@host:port/name; in a password, %40 stands for @")
    return url


def _read_keys(value: str) -> "tuple[Key, ...]":
    from service.keys import parse_keys  # whose hashes the command line need not wait for

    return parse_keys(value)


def _read_rate(value: str) -> str:
    if not RATE.fullmatch(value):
        raise ValueError(f"{value[:40]!r} is not a number and a span of time, such as 600/minute")
    return value


def _read_secret(value: str) -> str:
    if not 32 <= len(value) <= 200:
        # The value is a secret, so it is not repeated.
        raise ValueError(f"is {len(value)} characters long, not 32 to 200")
    return value


def _read_rate_storage(url: str) -> str:
    # The value may hold a password, so it is not repeated.
    if not url.startswith(("redis://", "rediss://")):
        raise ValueError("must start with redis:// or rediss://")
    if find_spec("redis") is None:
        raise ValueError("needs `pip install redis`")
    from redis import Redis  # which is not installed everywhere

    try:
        Redis.from_url(url).close()
    except ValueError:
        raise ValueError("is not redis://user:password@host:port; in a password, %2F stands for /") from None
    return url


def _read_origins(value: str) -> tuple[str, ...]:
    origins = tuple(origin.strip() for origin in value.split(","))
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise ValueError(
                f"{origin[:80]!r} is not an origin, such as https://news.example or http://a.example:81"
            )
    return origins


def _read_hosts(value: str) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in value.split(","))
    for host in hosts:
        if host != "*" and not HOST.fullmatch(host):
            raise ValueError(f"{host[:80]!r} is no name of a host, such as quotes.example, nor *")
    return hosts


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of the service."""

    database_url: str = setting(
        "sqlite:///quotes.db",
        _read_database_url,
        "`sqlite:///file`, `sqlite:////absolute/file` or `postgresql://user:password@host/name`",
        "the store",
    )
    max_body_bytes: int = whole_number(
        2_000_000, 1_000, 100_000_000, "the largest body of a request, and line of a bulk upload, in bytes"
    )
    max_text_characters: int = whole_number(
        2_000_000, 1, 100_000_000, "the longest text of an article, in code points"
    )
    max_query_bytes: int = whole_number(
        4_000, 100, 8_000, "the longest query string of an address, as it is sent"
    )
    max_page_items: int = whole_number(200, 20, 10_000, "the largest `limit` of a page")
    bulk_articles: int = whole_number(100, 1, 1_000, "articles of a bulk upload that are stored in one batch")
    bulk_characters: int = whole_number(
        1_000_000, 1, 100_000_000, "characters in a batch after which it is stored"
    )
    extract_seconds: int = whole_number(60, 1, 3_600, "the time limit for extracting one article")
    speaker_gender: str = choice("whether speakers come with the gender that the article shows", "on", "off")
    rate_limit: str = setting(
        "",
        _read_rate,
        "such as `600/minute`; `second`, `hour`, `day`",
        "how many requests a key may send, or an address without a key",
    )
    rate_limit_storage: str = setting(
        "",
        _read_rate_storage,
        "`redis://host:6379`, `rediss://…`",
        "where processes count together; unset: each for itself",
    )
    answer_cache_bytes: int = whole_number(
        32_000_000,
        0,
        10_000_000_000,
        "memory of each process for answers kept until the store changes; 0: none",
    )
    workers: int = whole_number(2, 1, 256, "gunicorn processes")
    threads: int = whole_number(4, 1, 256, "threads of each process")
    graceful_timeout_seconds: int = whole_number(
        20, 1, 3_600, "how long current requests may take after SIGTERM"
    )
    client_timeout_seconds: int = whole_number(
        30, 1, 3_600, "how long a client may send nothing of a request, or take nothing of the answer"
    )
    log_level: str = choice(
        "the least level that is logged; `info` has a line for each request", "info", "warning", "error"
    )
    log_format: str = choice("`auto` is text on a terminal and JSON elsewhere", "auto", "json", "text")

    quotes_api_keys: tuple["Key", ...] = setting(
        (),
        _read_keys,
        "`KEY`, `read:KEY`, `write:KEY` or `feed:KEY`, separated by commas",
        "keys; a `KEY` without a scope may write",
    )
    quotes_keys_file: str = setting("", str, "a path", "the file of the keys made by `quotes keys`")
    quotes_private: bool = switch("require a key for reads, too")
    quotes_open: bool = switch("answer other machines without any keys")
    session_secret: str = setting(
        "",
        _read_secret,
        "32 to 200 characters",
        "what signs the cookies of those who sign in; unset: another one after each start",
    )
    session_hours: int = whole_number(12, 1, 8_760, "how long a browser stays signed in")
    sign_in_limit: str = setting(
        "10/minute", _read_rate, "as `RATE_LIMIT`", "how often an address may try to sign in with a wrong key"
    )

    allowed_hosts: tuple[str, ...] = setting(
        (),
        _read_hosts,
        "such as `quotes.example`, separated by commas; `*`: any",
        "host names that are answered, beside `localhost` and addresses; unset: any, if there are keys",
    )
    cors_origins: tuple[str, ...] = setting(
        (),
        _read_origins,
        "such as `https://news.example`, separated by commas",
        "sites whose scripts may use the API, within the rights of their keys",
    )
    trusted_proxies: int = whole_number(
        0,
        0,
        10,
        "number of proxies in front that set `X-Forwarded-For`, `-Proto` and `-Prefix`; 0: these are ignored",
    )
    hsts_seconds: int = whole_number(
        0, 0, 63_072_000, "how long browsers must insist on TLS; sent only in answers over TLS"
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Config":
        """Read every setting; an empty one counts as not set.  Raises WrongSetting."""
        values = os.environ if environment is None else environment
        given: dict[str, Any] = {}
        for each in fields(cls):
            name = each.name.upper()
            if value := values.get(name):
                try:
                    given[each.name] = each.metadata["setting"].read(value)
                except ValueError as error:
                    raise WrongSetting(f"{name}: {error}") from None
        return cls(**given)


def describe_settings() -> list[tuple[str, str, str, str]]:
    """List the settings as (name, default, values, meaning), for people."""
    return [
        (
            each.name.upper(),
            _describe_default(each.default),
            each.metadata["setting"].values,
            each.metadata["setting"].meaning,
        )
        for each in fields(Config)
    ]


def _describe_default(default: Any) -> str:
    if isinstance(default, bool):
        return str(int(default))
    if isinstance(default, int):
        return str(default)
    return f"`{default}`" if default else ""
