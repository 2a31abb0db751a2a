"""Checks the host of a request, and which sites' scripts may write: a guard against DNS rebinding.

The name of any site may be made to lead to this machine: a browser then takes the service for a part of that
site, and lets its scripts do with it what they like.
"""

import ipaddress
from urllib.parse import urlsplit

from flask import Flask, request

from service.config import Config
from service.http.access import READS, find_scope
from service.http.problems import Problem
from service.http.sessions import COOKIE
from service.schemas.check import FieldError

ANY = "*"
# Forms of pages that change something, or whom the browser is signed in as.
FORMS = frozenset(("pages.sign_in", "pages.sign_out", "pages.merge_speaker", "pages.undo_merge"))


def register_sites(app: Flask, config: Config) -> None:
    """Refuse requests for hosts that are not the service's, and writes by scripts of other sites."""
    hosts = frozenset(config.allowed_hosts)
    origins = frozenset(config.cors_origins)
    has_keys = bool(config.quotes_api_keys or config.quotes_keys_file)
    takes_any_host = ANY in hosts or (has_keys and not hosts)

    def check_host() -> None:
        host = request.environ.get("HTTP_HOST", "")
        if takes_any_host or is_own_host(host, hosts):
            return
        message = f"{host[:100]!r} is not a name of this service; ALLOWED_HOSTS lists them"
        raise Problem(421, [FieldError("Host", message)])

    def check_origin() -> None:
        origin = request.environ.get("HTTP_ORIGIN")
        rule = request.url_rule
        if origin is None or rule is None or find_scope(request.method, rule.endpoint) != "write":
            return
        if origin not in origins and not is_own_site(origin, request.environ.get("HTTP_HOST", ""), hosts):
            message = f"{origin[:100]!r} is another site; CORS_ORIGINS lists those that may write"
            raise Problem(403, [FieldError("Origin", message)])

    def check_form() -> None:
        """Refuse what a session's cookie or a form sends, unless a page of this service sent it.

        Browsers say where a request is from, and no script can change that.  A token in each form would do
        the same; but then no page could be given to two people, nor be unchanged when it is asked for again.
        """
        rule = request.url_rule
        if request.method in (*READS, "OPTIONS") or rule is None:
            return
        by_cookie = COOKIE in request.cookies and "Authorization" not in request.headers
        if not by_cookie and rule.endpoint not in FORMS:
            return
        if not is_sent_by_own_page(hosts):
            message = "a form is taken only from a page of this service, in a browser that says so"
            raise Problem(403, [FieldError("Origin", message)])

    app.before_request(check_host)
    app.before_request(check_form)
    app.before_request(check_origin)


def is_sent_by_own_page(names: frozenset[str]) -> bool:
    """Whether the browser says that a page of this service sent this; older ones give the origin alone."""
    site: str | None = request.environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        return site == "same-origin"
    return is_own_site(request.environ.get("HTTP_ORIGIN", ""), request.environ.get("HTTP_HOST", ""), names)


def is_own_host(host: str, names: frozenset[str]) -> bool:
    """Whether a `Host` is one of these names, a loopback name, or an address, which nobody can rebind."""
    # Programs that speak HTTP/1.0 name none; browsers do.
    name = read_name(host)
    return not host or name in names or is_loopback_name(name) or is_address(name)


def is_own_site(origin: str, host: str, names: frozenset[str]) -> bool:
    """Whether an `Origin` is the host of the request, or has one of these names: proxies change hosts."""
    place = origin.partition("://")[2].lower()
    return bool(place) and (place == host.lower() or read_name(place) in names)


def read_name(host: str) -> str:
    """Read the name of a host, without its port; empty if it is not a host."""
    try:
        parts = urlsplit(f"//{host}")
    except ValueError:
        return ""
    return (parts.hostname or "").removesuffix(".") if parts.username is None else ""


def is_loopback_name(name: str) -> bool:
    return name == "localhost" or name.endswith(".localhost")


def is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
