"""A progress bar on standard error, if that is a terminal; else nothing, and at no cost."""

import os
import stat
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Any, BinaryIO, Self


class ByteProgress:
    """Shows how much of a stream was read."""

    def __init__(self, source: BinaryIO) -> None:
        self._bar: Any = (
            open_bar(stream_size(source)) if sys.stderr.isatty() and not sys.stdout.isatty() else None
        )

    def follow(self, lines: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        """Return the same lines, counted as they pass."""
        return lines if self._bar is None else self._counted(lines)

    def _counted(self, lines: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        for number, line in lines:
            yield number, line
            self._bar.update(len(line))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()


def open_bar(total: int | None) -> Any:
    from tqdm import tqdm

    return tqdm(total=total, unit="B", unit_scale=True, unit_divisor=1024)


def stream_size(source: BinaryIO) -> int | None:
    """Return the bytes of a regular file, None for a pipe."""
    try:
        status = os.fstat(source.fileno())
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
