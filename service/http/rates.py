"""Rate limits for each key, or each address without a key, counted in the process or in Redis."""

import ipaddress
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request

from service.config import Config
from service.http.problems import Problem
from service.schemas.check import FieldError

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import RateLimiter

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


class SignInLimit:
    """Counts the refused attempts to sign in of each address, whether requests are counted or not."""

    def __init__(self, config: Config) -> None:
        self._rate, self._storage = config.sign_in_limit, config.rate_limit_storage

    @cached_property
    def _limiter(self) -> "RateLimiter":
        # Who signs nobody in need not wait for these.
        from limits.storage import storage_from_string
        from limits.strategies import SlidingWindowCounterRateLimiter

        storage = storage_from_string(self._storage or "memory://", wrap_exceptions=True, **TIMEOUTS)
        return SlidingWindowCounterRateLimiter(storage)

    @cached_property
    def _limit(self) -> "RateLimitItem":
        from limits import parse

        return parse(self._rate)

    def check(self) -> None:
        """Raise Problem if too many attempts of this address were refused.

        If Redis counts and does not answer, nobody signs in meanwhile: keys work still.
        """
        from limits.errors import StorageError

        caller = self._name_caller()
        try:
            if self._limiter.test(self._limit, caller):
                return
            left = self._limiter.get_window_stats(self._limit, caller)
        except StorageError:
            message = "are not counted just now, so nobody can sign in"
            raise Problem(503, [FieldError("attempts", message)], headers={"Retry-After": "5"}) from None
        seconds = max(1, ceil(left.reset_time - time.time()))
        message = f"has tried more wrong keys than the limit of {self._rate} (SIGN_IN_LIMIT)"
        raise Problem(429, [FieldError("address", message)], headers={"Retry-After": str(seconds)})

    def count_failure(self) -> None:
        """Count a refused attempt of this address."""
        from limits.errors import StorageError

        with suppress(StorageError):
            self._limiter.hit(self._limit, self._name_caller())

    def _name_caller(self) -> str:
        return f"sign-in of {name_address(request.remote_addr or '')}"


def name_address(address: str) -> str:
    """Name the sender; for IPv6 by the network, as the owner of one address has all of them."""
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
