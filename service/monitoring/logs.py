"""Lines of log: one JSON object each, or one line of text for people, on standard error.

No line contains text of clients or articles.  The messages of exceptions may quote it, so only those that
speak of types or of the machine are written; of the others, their class and where they were raised.
"""

import json
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from service.monitoring.request_ids import current_request_id

# Loggers of the service and of what runs it; libraries are heard from "warning" on.
OWN_LOGGERS = ("service", "gunicorn")
# What a record's `extra` may hold, in this order.
REQUEST_FIELDS = ("method", "route", "status", "seconds", "bytes", "complete", "client")
TELLING_ERRORS = (AttributeError, ImportError, MemoryError, NameError, OSError, RecursionError, TypeError)
MAX_MESSAGE_LENGTH = 500
# With it a line is shorter than what a pipe takes at once, so that workers' lines do not mix.
MAX_TRACEBACK_LENGTH = 2_500
MAX_FRAMES = 12
MAX_PATH_PARTS = 4
CONTROL_CHARACTERS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}


def configure_logging(level: int, form: str) -> None:
    """Write every logger's lines to standard error; `auto` is text on a terminal, else JSON."""
    if form == "auto":
        form = "text" if sys.stderr.isatty() else "json"
    handler = WholeLineHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
    for name in OWN_LOGGERS:
        logging.getLogger(name).setLevel(level)


class WholeLineHandler(logging.Handler):
    """Writes each line at once, so that lines of several processes do not mix."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; if it cannot be written, drop it."""
        try:
            line = self.format(record).encode("utf-8", "backslashreplace")
            os.write(2, line + b"\n")
        except Exception:
            self.handleError(record)


class JsonFormatter(logging.Formatter):
    """Formats a line as JSON: time, level, logger, message, request_id, fields of the request, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the object."""
        return dump_line(describe_record(record))


class TextFormatter(logging.Formatter):
    """The same for people: control characters shown, a traceback on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the line."""
        line = describe_record(record)
        frames = line.pop("traceback", "")
        head = f"{line.pop('time')} {line.pop('level'):<7} {line.pop('logger')}: {line.pop('message')}"
        fields = "".join(f" {name}={value}" for name, value in line.items())
        written = (head + fields).translate(CONTROL_CHARACTERS)
        return written + "".join(f"\n    {frame}" for frame in frames.splitlines())


def describe_record(record: logging.LogRecord) -> dict[str, Any]:
    """Return the fields of a line in order, without empty ones."""
    moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    line: dict[str, Any] = {
        "time": moment.replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage()[:MAX_MESSAGE_LENGTH],
    }
    request_id = current_request_id.get()
    if request_id is not None:
        line["request_id"] = request_id
    known = record.__dict__
    line.update((name, known[name]) for name in REQUEST_FIELDS if name in known)
    if record.exc_info and record.exc_info[1] is not None:
        line["traceback"] = "\n".join(describe_error(record.exc_info[1]))[-MAX_TRACEBACK_LENGTH:]
    return line


def describe_error(error: BaseException) -> Iterator[str]:
    """Yield where an error and those behind it were raised, the first of them first, by their last frames."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from describe_error(cause)
    for frame in traceback.extract_tb(error.__traceback__)[-MAX_FRAMES:]:
        path = "/".join(frame.filename.split("/")[-MAX_PATH_PARTS:])
        yield f"{path}:{frame.lineno} in {frame.name}"
    message = f": {error}" if isinstance(error, TELLING_ERRORS) else ""
    yield f"{type(error).__qualname__}{message[:300]}".translate(CONTROL_CHARACTERS)


def dump_line(line: dict[str, Any]) -> str:
    """Write a line as JSON, whatever characters are in it."""
    try:
        return orjson.dumps(line).decode()
    except orjson.JSONEncodeError:
        # Half a surrogate pair, which orjson does not write.
        return json.dumps(line, default=str)
