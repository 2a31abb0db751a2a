"""Metrics of store calls: how long each takes, and why it failed."""

import time
from collections.abc import Callable
from functools import wraps
from inspect import isfunction, isgeneratorfunction
from typing import Any, TypeVar

from service.monitoring.metrics import STORE_ERRORS, STORE_SECONDS
from service.store.errors import StoreError, StoreNotReady

# These ask the store by its other methods, which count, or not at all.
UNCOUNTED = ("close", "save_article", "stream_quotes")
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
            STORE_ERRORS.add((error.cause,))
            raise
        except StoreError:
            raise  # what was asked for cannot be had, which is no fault of the store
        except Exception:
            STORE_ERRORS.add(("other",))
            raise
        finally:
            STORE_SECONDS.observe(time.perf_counter() - begun, labels)

    return counted
