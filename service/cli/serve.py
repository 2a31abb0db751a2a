"""`quotes serve` and `quotes health`."""

import os
import sys
import urllib.error
import urllib.request
from typing import NoReturn

import click
from gunicorn.util import parse_address  # type: ignore[import-untyped]

from service.cli.settings import read_config
from service.config import WrongSetting
from service.server.binding import check_access
from service.server.command import write_command

HEALTH_SECONDS = 4.0


def serve_forever(bind: str, workers: int | None) -> NoReturn:
    """Become gunicorn, so that a signal sent to this process is gunicorn's to handle."""
    # What is wrong is better said here, in one line, than in gunicorn's log.
    try:
        check_access(read_config(), [parse_address(bind)])
    except (WrongSetting, RuntimeError) as error:
        raise click.ClickException(str(error)) from None
    number = [] if workers is None else ["--workers", str(workers)]
    sys.stdout.flush()
    os.execv(sys.executable, write_command("--bind", bind, *number))  # noqa: S606 - no shell is wanted


def check_health(url: str) -> None:
    if not url.startswith(("http://", "https://")):
        raise click.BadParameter("must start with http:// or https://", param_hint="--url")
    try:
        urllib.request.urlopen(url, timeout=HEALTH_SECONDS).close()  # noqa: S310 - the scheme was checked
    except urllib.error.HTTPError as error:
        raise click.ClickException(f"{url} answered {error.code}") from None
    except OSError as error:
        raise click.ClickException(f"{url} does not answer: {error}") from None
