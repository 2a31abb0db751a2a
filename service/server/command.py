"""The command that runs the service under gunicorn."""

import sys

APPLICATION = "service.app:create_app()"


def write_command(*options: str, application: str = APPLICATION) -> list[str]:
    """The command with these options of gunicorn, beside those of `gunicorn_conf`."""
    config = "python:service.server.gunicorn_conf"
    return [sys.executable, "-m", "gunicorn", "--config", config, *options, application]
