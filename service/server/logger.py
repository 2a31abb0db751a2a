"""gunicorn's own lines, written as the service writes its own."""

import logging
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from service.config import Config
from service.monitoring.logs import configure_logging


class ServiceLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Passes on gunicorn's lines; the service itself writes the line of each request."""

    def setup(self, cfg: Any) -> None:
        """Set up all logging of this process and of those it forks; `--log-level` goes before LOG_LEVEL."""
        super().setup(cfg)
        # On "debug" gunicorn repeats what clients send.
        level = max(self.loglevel, logging.INFO)
        configure_logging(level, Config.from_environment().log_format)
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.setLevel(level)
