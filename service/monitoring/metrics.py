"""The metrics, by name."""

from collections.abc import Iterable

from service import __version__, extractor
from service.extractor import QUOTED
from service.extractor.rules import REPORT_RULES, RULES
from service.monitoring.metric_types import OTHER, Counter, Family, Gauge, Histogram, write_sample
from service.monitoring.shared_counts import SharedValues

VALUES = SharedValues()
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
STATUS_CLASSES = ("2xx", "3xx", "4xx", "5xx")
FAILURES = ("busy", "full", "read-only", "schema", "unreachable")

REQUEST_SECONDS = Histogram(
    VALUES,
    "quotes_request_seconds",
    "Seconds from the head of a request to the end of its answer.",
    ("method", "route", "status"),
)
IN_FLIGHT = Gauge(VALUES, "quotes_requests_in_flight", "Requests that are being answered.")
WAITING = Gauge(VALUES, "quotes_requests_waiting", "Requests that have come and wait for a thread.")
ARRIVING = Gauge(
    VALUES, "quotes_requests_arriving", "Requests of which a part has come; they hold no thread."
)
SAVED = Counter(
    VALUES,
    "quotes_articles_saved_total",
    "Articles given to the store, by result.",
    ("outcome",),
)
EXTRACTED = Counter(
    VALUES, "quotes_extracted_total", "Quotes found in texts, stored or not.", ("rule", "kind")
)
EXTRACTION_SECONDS = Histogram(
    VALUES, "quotes_extraction_seconds", "Seconds that finding the quotes of one text took."
)
STORE_SECONDS = Histogram(
    VALUES, "quotes_store_seconds", "Seconds that a call of the store took.", ("operation",)
)
STORE_ERRORS = Counter(
    VALUES, "quotes_store_errors_total", "Calls that the store could not answer, by cause.", ("cause",)
)
WORKERS = Gauge(VALUES, "quotes_workers", "Worker processes that run.")
THREADS = Gauge(VALUES, "quotes_threads", "Threads of all workers: as many requests are answered at once.")
WORKER_EXITS = Counter(
    VALUES, "quotes_worker_exits_total", "Worker processes that have ended, for any reason."
)
FAMILIES: tuple[Family, ...] = (
    REQUEST_SECONDS,
    IN_FLIGHT,
    WAITING,
    ARRIVING,
    SAVED,
    EXTRACTED,
    EXTRACTION_SECONDS,
    STORE_SECONDS,
    STORE_ERRORS,
    WORKERS,
    THREADS,
    WORKER_EXITS,
)

SAVED.declare((outcome,) for outcome in ("created", "replaced", "unchanged"))
EXTRACTED.declare((rule.__name__, kind) for rule in RULES for kind in sorted(QUOTED))
EXTRACTED.declare((rule.__name__, "indirect") for rule in REPORT_RULES)
STORE_ERRORS.declare((cause,) for cause in FAILURES)


def declare_routes(routes: Iterable[tuple[str, str]]) -> None:
    """Make the series of the addresses that are served, each a (method, route)."""
    REQUEST_SECONDS.declare(
        (method, route, status)
        for method, route in (*routes, *((method, OTHER) for method in (*METHODS, OTHER)))
        for status in STATUS_CLASSES
    )


def observe_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count an answered request; `route` is one that was declared, or OTHER."""
    method = method if method in METHODS else OTHER
    REQUEST_SECONDS.observe(seconds, (method, route, STATUS_CLASSES[status // 100 - 2]))


def write_metrics() -> str:
    """Write all of it in Prometheus' text format, version 0.0.4."""
    totals = VALUES.totals()
    lines = [line for family in FAMILIES for line in family.write(totals)]
    versions = {"version": __version__, "extractor_version": extractor.EXTRACTOR_VERSION}
    lines += [
        "# HELP quotes_build_info The versions that run.",
        "# TYPE quotes_build_info gauge",
        write_sample("quotes_build_info", versions, 1),
    ]
    return "\n".join(lines) + "\n"
