"""How gunicorn runs the service: `quotes serve` passes this file, `service.config` has the settings."""

import os
from collections.abc import Iterable
from typing import Any

from service.binding import Address, check_access
from service.config import Config, WrongSetting
from service.garbage import collect_less_often
from service.monitoring import metrics

try:
    _config = Config.from_environment()
except WrongSetting as wrong:
    # Anything but SystemExit would be printed as a traceback.
    raise SystemExit(str(wrong)) from None

workers = _config.workers
threads = _config.threads
# Threads keep the probes and the other readers answered while one long article is being extracted.
worker_class = "service.gunicorn_worker.ProblemWorker"
# The word lists are read once and shared; the store opens its connections after the fork.
preload_app = True
timeout = 60
graceful_timeout = _config.graceful_timeout_seconds
keepalive = 15
# What a request says of the way it came is for TRUSTED_PROXIES alone to believe.
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
logger_class = "service.gunicorn_logging.ServiceLogger"
loglevel = _config.log_level
# Longer than the service's own limit on queries, which has the better message.
limit_request_line = 8190
# Signals are enough to run it, and a socket in the home folder would be shared by every service there.
control_socket_disable = True
# Where there is memory to write to, no disk delays a worker's heartbeat.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - gunicorn's heartbeat files, opened with mkstemp


def on_starting(server: Any) -> None:
    """Stop before anything is bound that must not be."""
    _check_access(server.cfg.address)


def when_ready(server: Any) -> None:
    """Look again at what is bound: sockets may also come from the process that started this one."""
    _check_access(listener.sock.fileno() for listener in server.LISTENERS)


def _check_access(addresses: Iterable[Address]) -> None:
    try:
        check_access(_config, addresses)
    except WrongSetting as wrong:
        raise SystemExit(str(wrong)) from None


def pre_fork(arbiter: Any, worker: Any) -> None:
    """Give a worker its place in the shared counts."""
    worker.slot = metrics.VALUES.take_slot()
    metrics.WORKERS.add()
    metrics.THREADS.add(amount=arbiter.cfg.threads)


def post_fork(_arbiter: Any, worker: Any) -> None:
    """Count there, in the worker."""
    metrics.VALUES.enter_slot(worker.slot)
    collect_less_often()


def child_exit(arbiter: Any, worker: Any) -> None:
    """Give the place back; what the worker counted stays, what it had in hand does not."""
    metrics.VALUES.leave_slot(worker.slot, metrics.IN_FLIGHT.places())
    metrics.WORKERS.add(amount=-1)
    metrics.THREADS.add(amount=-arbiter.cfg.threads)
    metrics.WORKER_EXITS.add()
