"""What all tests share: `store_url`, the address of an empty store on each database, and the mark `slow`.

A test is slow if it starts processes, a browser, a cluster or a database server: itself, by a fixture, or by
a function of tests or bench that it calls.  That is read from the code, so that no test is marked by hand;
`make test-fast` leaves slow tests out.
"""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.postgres"]

# No test is of time, and a busy machine is no fault: Hypothesis sets itself so where it finds `CI`.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

TESTS = Path(__file__).parent
SLOW_FOLDERS = frozenset(("archive", "cli", "faults", "image"))
STARTERS = frozenset(("subprocess", "multiprocessing", "Popen", "get_context", "sync_playwright"))
SLOW_DATABASES = frozenset(("postgresql", "partitioned"))
OURS = ("tests", "bench", "test_")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    known: dict[object, bool] = {}
    for item in items:
        if is_slow(item, known):
            item.add_marker(pytest.mark.slow)


def is_slow(item: pytest.Item, known: dict[object, bool]) -> bool:
    if item.path.relative_to(TESTS).parts[0] in SLOW_FOLDERS:
        return True
    call = getattr(item, "callspec", None)
    if call is not None and any(
        value in SLOW_DATABASES for value in call.params.values() if isinstance(value, str)
    ):
        return True
    return any(starts_processes(function, known) for function in list_functions(item))


def list_functions(item: pytest.Item) -> Iterator[Callable[..., Any]]:
    """The function of a test, and those of its fixtures."""
    if not isinstance(item, pytest.Function):
        return
    yield item.function
    # `store_url` starts a server for PostgreSQL alone, which the parameter tells.
    for name, definitions in item._fixtureinfo.name2fixturedefs.items():
        if name not in ("store_url", "request"):
            yield from (definition.func for definition in definitions)


def starts_processes(function: Callable[..., Any], known: dict[object, bool]) -> bool:
    """Whether a function, or one of ours that it names, names what starts processes."""
    function = inspect.unwrap(function)
    function = getattr(getattr(function, "hypothesis", None), "inner_test", function)
    code = getattr(function, "__code__", None)
    if code is None or not getattr(function, "__module__", "").startswith(OURS):
        return False
    if function not in known:
        known[function] = False  # for functions that call each other
        names = list_names(code)
        named = (function.__globals__.get(name) for name in names)
        known[function] = bool(names & STARTERS) or any(
            starts_processes(other, known) for other in named if inspect.isroutine(other)
        )
    return known[function]


def list_names(code: CodeType) -> set[str]:
    """The global names and attributes in a function, those of functions inside it too."""
    inner = (list_names(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return {*code.co_names}.union(*inner)
