"""A refusal leaves no reference cycles: all of a large body would stay until the collector comes round."""

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from service.app import create_app
from service.config import Config
from tests.api.running import make_store

NAMES = json.dumps({f"name {number}": number for number in range(1_000)})
ENTRIES = json.dumps({"text": "a", "lexicon": {"verbs": [{"name": 1}] * 200, "people": [1] * 200}})
JSON = "application/json"
NDJSON = "application/x-ndjson"
FORM = "application/x-www-form-urlencoded"
# Werkzeug's search for a route leaves a function that calls itself, with no more than parts of the path.
OF_WERKZEUG = 12


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(Config(database_url=make_store(tmp_path_factory.mktemp("garbage"))))


def send(app: Flask, method: str, path: str, body: str, content_type: str) -> str:
    """Send a request as a server does; the status of the answer."""
    statuses: list[str] = []
    builder = EnvironBuilder(path=path, method=method, data=body, content_type=content_type)
    answer: Any = app(builder.get_environ(), lambda status, *_: statuses.append(status))  # type: ignore[arg-type]
    b"".join(answer)
    answer.close()
    return statuses[0]


@contextmanager
def kept_garbage() -> Iterator[list[Any]]:
    """Keep what only the collector would free."""
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield gc.garbage
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


@pytest.mark.parametrize(
    ("status", "method", "path", "body", "content_type"),
    [
        ("422", "POST", "/v1/articles", NAMES, JSON),
        ("422", "POST", "/v1/extract", NAMES, JSON),
        ("422", "POST", "/v1/extract", ENTRIES, JSON),
        ("422", "PATCH", "/v1/quotes/none", NAMES, JSON),
        ("200", "POST", "/v1/articles/bulk", f"{NAMES}\n{ENTRIES}\n[]\n{{\n", NDJSON),
        ("422", "POST", "/try", "text=" + "a" * 20_000, FORM),
        ("400", "POST", "/v1/extract", "{" * 40, JSON),
        ("400", "POST", "/v1/extract", "{" * 400, JSON),
        ("400", "POST", "/v1/extract", '{"text": 1, "text": 2}', JSON),
        ("413", "POST", "/v1/extract", "a" * 2_000_001, JSON),
        ("415", "POST", "/v1/extract", NAMES, FORM),
        ("404", "POST", "/nowhere", NAMES, JSON),
        ("405", "POST", "/v1/quotes", NAMES, JSON),
        ("400", "GET", "/v1/quotes?q=(", "", ""),
        ("400", "GET", "/v1/quotes?cursor=none", "", ""),
        ("404", "GET", "/v1/quotes/none", "", ""),
        ("404", "GET", "/speakers/none", "", ""),
    ],
)
def test_refusal_leaves_no_cycles(
    app: Flask, status: str, method: str, path: str, body: str, content_type: str
) -> None:
    # What is made once only, such as a compiled template, is no garbage.
    send(app, method, path, body, content_type)
    with kept_garbage() as garbage:
        answered = send(app, method, path, body, content_type)
        gc.collect()
        kinds = [type(kept).__name__ for kept in garbage]
    assert answered.startswith(status)
    assert len(kinds) <= OF_WERKZEUG, kinds
    assert not {"frame", "traceback", "dict"} & set(kinds)


def test_cycles_are_seen(app: Flask) -> None:
    del app
    with kept_garbage() as garbage:
        cycle: list[Any] = []
        cycle.append(cycle)
        del cycle
        gc.collect()
        assert len(garbage) == 1
