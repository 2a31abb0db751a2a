"""What every answer says to browsers: what its content may do, and which other sites may read it."""

from flask import Flask, Response, request

from service.config import Config

CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'"
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# What scripts of other sites may send and read beyond what browsers allow anyway.
REQUEST_HEADERS = "Authorization, Content-Encoding, Content-Type, If-None-Match"
RESPONSE_HEADERS = (
    "Content-Encoding, ETag, Link, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset,"
    " Retry-After, WWW-Authenticate"
)
PREFLIGHT_SECONDS = 600


def register_headers(app: Flask, config: Config) -> None:
    """Add the headers to every answer, errors among them."""
    app.after_request(_add_security_headers)
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


def add_vary(response: Response, name: str) -> None:
    """Say that the answer depends on that header of the request."""
    before = response.headers.get("Vary")
    response.headers["Vary"] = f"{before}, {name}" if before else name


def _add_security_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _share(response: Response, origins: frozenset[str]) -> Response:
    """Let scripts of those sites read the answer (CORS)."""
    add_vary(response, "Origin")
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
