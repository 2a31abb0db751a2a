"""`quotes serve` and `quotes health`."""

import os
import sys
import urllib.error
import urllib.request
from typing import NoReturn

import click

from service.cli.stores import read_config

HEALTH_SECONDS = 4.0


def serve_forever(bind: str, workers: int | None) -> NoReturn:
    """Become gunicorn, so that a signal sent to this process is gunicorn's to handle."""
    read_config()  # what is wrong with it is better said in one line than by each worker
    command = [sys.executable, "-m", "gunicorn", "--config", "python:service.gunicorn_conf", "--bind", bind]
    if workers is not None:
        command += ["--workers", str(workers)]
    sys.stdout.flush()
    os.execv(sys.executable, [*command, "service.app:create_app()"])  # noqa: S606 - no shell is wanted


def check_health(url: str) -> None:
    if not url.startswith(("http://", "https://")):
        raise click.BadParameter("must start with http:// or https://", param_hint="--url")
    try:
        urllib.request.urlopen(url, timeout=HEALTH_SECONDS).close()  # noqa: S310 - the scheme was checked
    except urllib.error.HTTPError as error:
        raise click.ClickException(f"{url} answered {error.code}") from None
    except OSError as error:
        raise click.ClickException(f"{url} does not answer: {error}") from None
