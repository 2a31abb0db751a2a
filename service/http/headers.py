"""Security headers of every answer, and CORS."""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from service.config import Config

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

API_POLICY = "default-src 'none'; frame-ancestors 'none'"
SECURITY_HEADERS = {
    "Content-Security-Policy": API_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ADDED_HEADERS = tuple(SECURITY_HEADERS.items())
# What scripts of other sites may send and read beyond what browsers allow anyway.
REQUEST_HEADERS = "Authorization, Content-Encoding, Content-Type, If-Match, If-None-Match, X-Request-ID"
RESPONSE_HEADERS = (
    "Content-Encoding, ETag, Link, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset,"
    " Retry-After, WWW-Authenticate, X-Request-ID"
)
PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?")
PREFLIGHT_SECONDS = 600


def register_headers(app: Flask, config: Config) -> None:
    """Add the headers to every answer, errors among them."""
    app.wsgi_app = add_headers(app.wsgi_app)  # type: ignore[assignment, method-assign]
    if config.hsts_seconds:
        policy = f"max-age={config.hsts_seconds}"

        def demand_tls(response: Response) -> Response:
            # Over plain HTTP anybody on the way could have written it.
            if request.is_secure:
                response.headers["Strict-Transport-Security"] = policy
            return response

        app.after_request(demand_tls)
    if config.cors_origins:
        origins = frozenset(config.cors_origins)
        app.after_request(lambda response: _share(response, origins))


def add_headers(answer: "WSGIApplication") -> "WSGIApplication":
    """Add to the bare list of headers: adding to Flask's takes several times as long."""

    def answer_with_headers(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *failure: Any) -> Callable[[bytes], object]:
            # Of what a browser keeps, a 304 replaces the headers: a page would get the policy of an answer
            # that is none, and lose its style and scripts.
            if not status.startswith("304"):
                given = {name for name, _ in headers}
                headers += [pair for pair in ADDED_HEADERS if pair[0] not in given]
            # Answers may be packed for those who accept it.
            headers.append(("Vary", "Accept-Encoding"))
            return start_response(status, headers, *failure)

        return answer(environ, start)

    return answer_with_headers


def drop_odd_prefix(answer: "WSGIApplication") -> "WSGIApplication":
    """Believe no `X-Forwarded-Prefix` but a path: with two slashes ahead it would lead to another host."""

    def answer_without(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        prefixes = environ.get("HTTP_X_FORWARDED_PREFIX", "").split(",")
        if not all(PREFIX.fullmatch(prefix.strip()) for prefix in prefixes):
            del environ["HTTP_X_FORWARDED_PREFIX"]
        return answer(environ, start_response)

    return answer_without


def _share(response: Response, origins: frozenset[str]) -> Response:
    """Let scripts of those sites read the answer (CORS)."""
    response.headers.add("Vary", "Origin")
    origin = request.headers.get("Origin")
    if origin is None or origin not in origins:
        return response
    response.headers["Access-Control-Allow-Origin"] = origin
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
        response.headers["Access-Control-Allow-Headers"] = REQUEST_HEADERS
        response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    else:
        response.headers["Access-Control-Expose-Headers"] = RESPONSE_HEADERS
    return response
