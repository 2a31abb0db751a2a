"""How gunicorn runs the service: `quotes serve` passes this file, `service.config` has the settings."""

from service.config import Config, WrongSetting

try:
    _config = Config.from_environment()
except WrongSetting as wrong:
    # Anything but SystemExit would be printed as a traceback.
    raise SystemExit(str(wrong)) from None

workers = _config.workers
threads = _config.threads
# Threads keep the probes and the other readers answered while one long article is being extracted.
worker_class = "gthread"
# The word lists are read once and shared; the store opens its connections after the fork.
preload_app = True
timeout = 60
graceful_timeout = _config.graceful_timeout_seconds
keepalive = 15
# A read-only root has no other place that all workers may write to.
worker_tmp_dir = "/dev/shm"  # noqa: S108 - gunicorn's heartbeat files, opened with mkstemp
