"""A progress bar on standard error if that is a terminal; otherwise nothing, at no cost."""

import os
import stat
import sys
from types import TracebackType
from typing import Any, BinaryIO, Self

from service.cli.terminal import escape


class Progress:
    """Shows how many bytes, or what else `unit` says, of a known or unknown total were read."""

    def __init__(self, total: int | None, *, unit: str = "B", wanted: bool = True) -> None:
        self._bar: Any = open_bar(total, unit) if wanted and sys.stderr.isatty() else None

    @property
    def shown(self) -> bool:
        """Say whether there is a bar, that is, whether `advance` does anything."""
        return self._bar is not None

    def advance(self, size: int) -> None:
        if self._bar is not None:
            self._bar.update(size)

    def report(self, message: str) -> None:
        """Print a line on standard error, above the bar."""
        if self._bar is not None:
            self._bar.clear()
        print(escape(message), file=sys.stderr)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()


def open_bar(total: int | None, unit: str) -> Any:
    from tqdm import tqdm

    return tqdm(total=total, unit=unit, unit_scale=True, unit_divisor=1024 if unit == "B" else 1000)


def stream_size(source: BinaryIO) -> int | None:
    """Return the bytes of a regular file, None for a pipe."""
    try:
        status = os.fstat(source.fileno())
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
