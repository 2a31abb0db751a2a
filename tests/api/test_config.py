"""Settings: read from the environment; a wrong one stops the start with a line that names it."""

import os
import subprocess

import pytest

from service.config import Config, WrongSetting, describe_settings
from service.keys import Key, hash_secret
from service.server.command import write_command


def test_nothing_set_gives_the_defaults() -> None:
    assert Config.from_environment({}) == Config()
    assert Config.from_environment({"DATABASE_URL": "", "WORKERS": ""}) == Config()


SECRET = "a-key-of-more-than-20-letters"
# A value of each setting that is not its default, and what is read from it.
VALUES: dict[str, tuple[str, object]] = {
    "DATABASE_URL": ("postgresql://localhost/quotes", "postgresql://localhost/quotes"),
    "MAX_BODY_BYTES": ("5000", 5000),
    "MAX_TEXT_CHARACTERS": ("6000", 6000),
    "MAX_QUERY_BYTES": ("500", 500),
    "MAX_PAGE_ITEMS": ("50", 50),
    "BULK_ARTICLES": ("10", 10),
    "BULK_CHARACTERS": ("1000", 1000),
    "EXTRACT_SECONDS": ("5", 5),
    "SPEAKER_GENDER": ("off", "off"),
    "RATE_LIMIT": ("600/minute", "600/minute"),
    "RATE_LIMIT_STORAGE": ("redis://127.0.0.1", "redis://127.0.0.1"),
    "ANSWER_CACHE_BYTES": ("4000", 4000),
    "WORKERS": ("3", 3),
    "THREADS": ("5", 5),
    "GRACEFUL_TIMEOUT_SECONDS": ("7", 7),
    "CLIENT_TIMEOUT_SECONDS": ("8", 8),
    "LOG_LEVEL": ("warning", "warning"),
    "LOG_FORMAT": ("text", "text"),
    "QUOTES_API_KEYS": (f"read:{SECRET}", (Key("given-1", "read", hash_secret(SECRET)),)),
    "QUOTES_KEYS_FILE": ("/run/secrets/keys", "/run/secrets/keys"),
    "QUOTES_PRIVATE": ("1", True),
    "QUOTES_OPEN": ("1", True),
    "SESSION_SECRET": ("s" * 32, "s" * 32),
    "SESSION_HOURS": ("2", 2),
    "SIGN_IN_LIMIT": ("3/hour", "3/hour"),
    "ALLOWED_HOSTS": ("a.example, *, B", ("a.example", "*", "b")),
    "CORS_ORIGINS": ("https://a.example, http://b.example:81", ("https://a.example", "http://b.example:81")),
    "TRUSTED_PROXIES": ("1", 1),
    "HSTS_SECONDS": ("3600", 3600),
}


def test_every_setting_is_read() -> None:
    assert list(VALUES) == [name for name, *_ in describe_settings()]
    config = Config.from_environment({name: value for name, (value, _) in VALUES.items()})
    assert {name: getattr(config, name.lower()) for name in VALUES} == {
        name: read for name, (_, read) in VALUES.items()
    }
    assert not [name for name in VALUES if getattr(config, name.lower()) == getattr(Config(), name.lower())]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_BODY_BYTES", "999"),
        ("MAX_BODY_BYTES", "2 MB"),
        ("WORKERS", "0"),
        ("WORKERS", "-1"),
        ("THREADS", "²"),
        ("GRACEFUL_TIMEOUT_SECONDS", "9" * 5000),
    ],
)
def test_wrong_number_is_named(name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=rf"^{name}: .* is not a whole number from \d+ to \d+$"):
        Config.from_environment({name: value})


@pytest.mark.parametrize("value", ["yes", "true", "2", "01", " 1"])
def test_wrong_switch_is_named(value: str) -> None:
    with pytest.raises(WrongSetting, match=r"^QUOTES_OPEN: .* is neither 0 nor 1$"):
        Config.from_environment({"QUOTES_OPEN": value})
    assert Config.from_environment({"QUOTES_OPEN": "0"}) == Config()


@pytest.mark.parametrize(("name", "value"), [("LOG_LEVEL", "debug"), ("LOG_FORMAT", "JSON")])
def test_wrong_word_is_named(name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=rf"^{name}: '{value}' is none of \w+, \w+, \w+$"):
        Config.from_environment({name: value})


@pytest.mark.parametrize(
    "url", ["quotes.db", "sqlite://", "sqlite:///", "sqlite:///:memory:", "mysql://user:secret@host/quotes"]
)
def test_wrong_address_is_named_and_not_repeated(url: str) -> None:
    with pytest.raises(WrongSetting, match=r"^DATABASE_URL: must start with") as raised:
        Config.from_environment({"DATABASE_URL": url})
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("server", ["u:p@secret@host", "u:p@host:secret", "u:p@[::1]:secret", "host:²"])
def test_wrong_server_is_named_and_not_repeated(server: str) -> None:
    with pytest.raises(WrongSetting, match=r"^DATABASE_URL: is not postgresql://") as raised:
        Config.from_environment({"DATABASE_URL": f"postgresql://{server}/quotes"})
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "server", ["", "host", "host:5432", "host:", "[::1]:5432", "u:p/a:b@host:1", "u@host"]
)
def test_address_of_a_server_is_taken(server: str) -> None:
    url = f"postgresql://{server}/quotes?sslmode=require"
    assert Config.from_environment({"DATABASE_URL": url}).database_url == url


def test_server_stops_with_one_line() -> None:
    stopped = subprocess.run(
        write_command(),
        env={**os.environ, "THREADS": "many"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert stopped.returncode == 1
    assert stopped.stderr == "THREADS: 'many' is not a whole number from 1 to 256\n"
