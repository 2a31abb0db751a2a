"""Packages that only some people need, and that are imported when they are asked for."""

from importlib import import_module
from typing import Any


class ExtraMissing(RuntimeError):
    """A package of an extra is not installed; the message says how to."""


def load_extra(module: str, extra: str, purpose: str) -> Any:
    """The package that a module belongs to, with the module loaded.  Raises ExtraMissing."""
    package = module.partition(".")[0]
    try:
        import_module(module)
    except ImportError:
        raise ExtraMissing(
            f"{purpose} needs {package}: pip install 'quote-attribution-service[{extra}]'"
        ) from None
    return import_module(package)


def load_pyarrow() -> Any:
    """pyarrow, and pyarrow.parquet with it.  Raises ExtraMissing."""
    return load_extra("pyarrow.parquet", "parquet", "Parquet")
