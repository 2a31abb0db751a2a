"""Optional packages, imported only when they are needed."""

from importlib import import_module
from typing import Any


class ExtraMissing(RuntimeError):
    """A package of an extra is not installed; the message names the command that installs it."""


def load_extra(module: str, extra: str, purpose: str) -> Any:
    """Import a module of an extra, and return the package that it belongs to.  Raises ExtraMissing."""
    package = module.partition(".")[0]
    try:
        import_module(module)
    except ImportError:
        raise ExtraMissing(
            f"{purpose} needs {package}: pip install {package}, or '.[{extra}]' in the project's folder"
        ) from None
    return import_module(package)


def load_pyarrow() -> Any:
    """Import pyarrow with pyarrow.parquet, and return pyarrow.  Raises ExtraMissing."""
    return load_extra("pyarrow.parquet", "parquet", "Parquet")
