"""gunicorn's configuration: `quotes serve` passes this file, `service.config` has the settings."""

import os
from collections.abc import Iterable
from typing import Any

from service.config import Config, WrongSetting
from service.monitoring import metrics
from service.processes import collect_less_often
from service.server.allocator import share_one_arena
from service.server.binding import Address, check_access

try:
    _config = Config.from_environment()
except WrongSetting as wrong:
    # Anything but SystemExit would be printed as a traceback.
    raise SystemExit(str(wrong)) from None

workers = _config.workers
threads = _config.threads
# Threads keep the probes and the other readers answered while one long article is being extracted.
worker_class = "service.server.worker.ProblemWorker"
# The word lists are read once and shared; the store opens its connections after the fork.
preload_app = True
timeout = 60
# What a library may keep of requests does not pile up for ever; with the jitter workers do not end together.
max_requests = 500_000
max_requests_jitter = 250_000
graceful_timeout = _config.graceful_timeout_seconds
keepalive = 15
# What a request says of the way it came is for TRUSTED_PROXIES alone to believe.
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
logger_class = "service.server.logger.ServiceLogger"
loglevel = _config.log_level
# Longer than the service's own limit on queries, which has the better message.
limit_request_line = 8190
# Signals are enough to run it, and a socket in the home folder would be shared by every service there.
control_socket_disable = True
# Where there is memory to write to, no disk delays a worker's heartbeat.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - gunicorn's heartbeat files, opened with mkstemp


def on_starting(server: Any) -> None:
    """Stop before an address is bound that must not be."""
    _check_access(server.cfg.address)


def when_ready(server: Any) -> None:
    """Check the bound sockets again: they may also come from the parent process."""
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
    share_one_arena()


def child_exit(arbiter: Any, worker: Any) -> None:
    """Free the slot; the worker's counts stay, its requests in progress do not."""
    in_hand = (metrics.IN_FLIGHT, metrics.WAITING, metrics.ARRIVING)
    metrics.VALUES.leave_slot(worker.slot, tuple(place for gauge in in_hand for place in gauge.places()))
    metrics.WORKERS.add(amount=-1)
    metrics.THREADS.add(amount=-arbiter.cfg.threads)
    metrics.WORKER_EXITS.add()
