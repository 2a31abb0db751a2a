"""How a line is written: nothing in it forges another, and errors do not say what was sent."""

import json
import logging
import subprocess
import sys

import pytest

from service.monitoring.logs import MAX_MESSAGE_LENGTH, JsonFormatter, TextFormatter
from service.monitoring.requests import note_request

CANARY = "kanarienvogel"
# As small as a pipe may be.
PIPE_BYTES = 4_096


def build_record(message: str, error: BaseException | None = None) -> logging.LogRecord:
    info = None if error is None else (type(error), error, error.__traceback__)
    return logging.LogRecord("service.app", logging.ERROR, "", 0, message, (), info)


def catch(raised: BaseException) -> BaseException:
    """Raise an error behind another."""
    try:
        try:
            raise raised
        except BaseException as error:
            raise RuntimeError(f"while reading {CANARY}") from error
    except RuntimeError as error:
        return error


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()])
def test_a_message_stays_on_its_line(formatter: logging.Formatter) -> None:
    forged = 'a\nb\r\nc\u2028d\x1b[31m\x85\x00"}\n{"level": "info"}'
    line = formatter.format(build_record(forged))
    assert len(line.splitlines()) == 1 or isinstance(formatter, JsonFormatter)
    assert "\n" not in line
    assert "\x1b" not in line
    assert "\x00" not in line


def test_half_a_surrogate_pair_can_be_written() -> None:
    assert json.loads(JsonFormatter().format(build_record("a\ud800b")))["message"] == "a\ud800b"


@pytest.mark.parametrize("raised", [ValueError(CANARY), KeyError(CANARY), UnicodeError(CANARY)])
def test_errors_say_where_and_not_what(raised: BaseException) -> None:
    for formatter in (JsonFormatter(), TextFormatter()):
        line = formatter.format(build_record("an answer failed", catch(raised)))
        assert CANARY not in line
        assert type(raised).__name__ in line
        assert "RuntimeError" in line
        assert "test_log_lines.py" in line


def test_errors_that_speak_of_the_machine_are_written_whole() -> None:
    line = JsonFormatter().format(build_record("failed", catch(OSError(28, "No space left on device"))))
    assert "No space left on device" in json.loads(line)["traceback"]


def test_a_line_fits_into_a_pipe() -> None:
    error: BaseException = ValueError()
    for _ in range(100):
        error = catch(error)
    line = JsonFormatter().format(build_record("é" * 10_000, error))
    assert len(line.encode()) < PIPE_BYTES
    assert len(json.loads(line)["message"]) == MAX_MESSAGE_LENGTH


def test_an_address_that_is_none_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "service.access"):
        for client in ("::1", "10.0.0.1", "1.2.3.4 status=200", "a" * 65, "1\n2"):
            note_request("GET", "other", 200, 0.1, sent=0, complete=True, client=client)
    assert [record.__dict__["client"] for record in caplog.records] == ["::1", "10.0.0.1", "", "", ""]


@pytest.mark.parametrize(("level", "wanted"), [("info", 2), ("warning", 1)])
def test_levels(level: str, wanted: int) -> None:
    program = (
        "import logging; from service.monitoring.logs import configure_logging;"
        f"configure_logging(logging.{level.upper()}, 'auto');"
        "logging.getLogger('service.access').info('a'); logging.getLogger('gunicorn.error').warning('b');"
        "logging.getLogger('library').info('c')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert len([json.loads(line) for line in done.stderr.splitlines()]) == wanted
