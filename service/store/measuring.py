"""How long each call of the store takes, and why it could not answer, counted for whoever runs it."""

import time
from collections.abc import Callable
from functools import wraps
from inspect import isfunction, isgeneratorfunction
from typing import Any, TypeVar

from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.monitoring.metrics import STORE_ERRORS, STORE_SECONDS
from service.store.errors import StoreError, StoreNotReady

# These ask the store by its other methods, which count, or not at all.
UNCOUNTED = ("close", "save_article", "stream_quotes")
# SQLite's names for its errors begin so; the SQLSTATEs are PostgreSQL's.
SQLITE_CAUSES = {
    "SQLITE_BUSY": "busy",
    "SQLITE_LOCKED": "busy",
    "SQLITE_FULL": "full",
    "SQLITE_READONLY": "read-only",
    "SQLITE_ERROR": "schema",
}
POSTGRESQL_CAUSES = {
    "55P03": "busy",
    "57014": "busy",
    "53100": "full",
    "25006": "read-only",
    "42P01": "schema",
}
Store = TypeVar("Store")


def measured(store: type[Store]) -> type[Store]:
    """Count each public method of a class under its name; a stream counts by the page."""
    operations = [
        (name, method)
        for name, method in vars(store).items()
        if isfunction(method)
        and not (name.startswith("_") or name in UNCOUNTED or isgeneratorfunction(method))
    ]
    for name, method in operations:
        STORE_SECONDS.declare([(name,)])
        setattr(store, name, _count(name, method))
    return store


def _count(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    labels = (name,)

    @wraps(method)
    def counted(*arguments: Any, **options: Any) -> Any:
        begun = time.perf_counter()
        try:
            return method(*arguments, **options)
        except StoreNotReady as error:
            STORE_ERRORS.add((name_cause(error),))
            raise
        except StoreError:
            raise  # what was asked for cannot be had, which is no fault of the store
        except Exception:
            STORE_ERRORS.add(("other",))
            raise
        finally:
            STORE_SECONDS.observe(time.perf_counter() - begun, labels)

    return counted


def name_cause(error: StoreNotReady) -> str:
    """Say why the store cannot answer: busy, full, read-only, schema or unreachable."""
    cause = error.__cause__
    if cause is None:
        return "schema"
    if isinstance(cause, PoolTimeout):
        return "busy"
    reason = getattr(cause, "orig", None)
    extended = getattr(reason, "sqlite_errorname", None) or ""
    primary = "_".join(extended.split("_")[:2])
    return SQLITE_CAUSES.get(primary) or POSTGRESQL_CAUSES.get(
        getattr(reason, "sqlstate", None) or "", "unreachable"
    )
