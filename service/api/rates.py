"""How many requests a key, else an address, may send: RATE_LIMIT, counted here or in Redis."""

import ipaddress
import time
from collections.abc import Callable
from math import ceil

from flask import Flask, Response, g, request

from service.api.problems import FieldError, Problem
from service.config import Config

PROBES = frozenset(("health.check_health", "health.check_readiness"))
# A store of counts that does not answer must not hold up what it only counts.
TIMEOUTS = {"socket_timeout": 1, "socket_connect_timeout": 1}


def register_rates(app: Flask, config: Config, name_key: Callable[[], str | None]) -> None:
    """Count every request but those of probes, for the key that `name_key` names, else for its address."""
    # Who sets no limit need not wait for these.
    from limits import parse
    from limits.errors import StorageError
    from limits.storage import storage_from_string
    from limits.strategies import SlidingWindowCounterRateLimiter

    storage = storage_from_string(config.rate_limit_storage or "memory://", wrap_exceptions=True, **TIMEOUTS)
    limiter, limit = SlidingWindowCounterRateLimiter(storage), parse(config.rate_limit)

    def count_request() -> None:
        if request.endpoint in PROBES:
            return
        caller = name_key() or name_address(request.remote_addr or "")
        try:
            is_within = limiter.hit(limit, caller)
            left = limiter.get_window_stats(limit, caller)
        except StorageError as error:
            app.logger.error("requests are not counted: %s", error)
            return
        seconds = max(1, ceil(left.reset_time - time.time()))
        g.rate_headers = {
            "RateLimit-Limit": str(limit.amount),
            "RateLimit-Remaining": str(left.remaining),
            "RateLimit-Reset": str(seconds),
        }
        if not is_within:
            message = f"has sent more requests than the limit of {config.rate_limit} (RATE_LIMIT)"
            raise Problem(
                429, [FieldError(caller.partition(" ")[0], message)], headers={"Retry-After": str(seconds)}
            )

    app.before_request(count_request)
    app.after_request(_add_rate_headers)


def name_address(address: str) -> str:
    """Name who sends: of IPv6 the network, as whoever has one address there has them all."""
    host = strip_port(address)
    try:
        parsed = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        # Proxies may say "unknown", or a name.
        return f"address {host}"
    if isinstance(parsed, ipaddress.IPv6Address):
        # An IPv4 client of a socket that takes both; all of these have one network.
        shown = parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False)
        return f"address {shown}"
    return f"address {parsed}"


def strip_port(address: str) -> str:
    """Leave out the port, which some proxies send, and the brackets that divide it from IPv6."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def _add_rate_headers(response: Response) -> Response:
    response.headers.extend(g.pop("rate_headers", {}))
    return response
