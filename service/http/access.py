"""Access by keys: for writes and, if the service is private, for reads."""

from typing import Any

from flask import Flask, Response, current_app, request

from service.config import Config
from service.http.problems import Problem
from service.http.rates import SignInLimit, register_rates
from service.http.sessions import Sessions, current_session
from service.keys import Key, KeyRing
from service.schemas.check import FieldError

READS = ("GET", "HEAD")
# These read and say nothing of the store: whether the service runs, and how to speak to it.
OPEN_ENDPOINTS = frozenset(
    (
        "health.check_health",
        "health.check_readiness",
        "pages.send_asset",
        "pages.show_form",
        "pages.show_reference",
        "pages.show_rules",
        "pages.show_sign_in",
        "pages.sign_in",
        "pages.sign_out",
        "api-docs.openapi_json",
        "static",
    )
)
# The address of a feed may hold a key, as feed readers send no header.
FEED = "feeds.follow_quotes"
# These are sent what others would ask for, and store nothing.
READS_BY_POST = frozenset(
    (
        "extract.extract_quotes",
        "verify.verify_quotation",
        "verify.verify_quotations",
        "pages.show_trial",
        "pages.show_verified_draft",
    )
)
SECURITY_SCHEMES = {
    # A browser that is signed in sends a cookie instead.
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key made by `quotes keys add`, with the scope `read` or `write`, which includes"
        " `read`.  Where the service has keys, writes need one; where it is private, reads do too",
    }
}


def find_scope(method: str, endpoint: str) -> str | None:
    """Return the scope that a request needs: read, write or none."""
    if endpoint in OPEN_ENDPOINTS or method == "OPTIONS":
        return None
    return "read" if method in READS or endpoint in READS_BY_POST else "write"


def describe_security(method: str, endpoint: str) -> list[dict[str, Any]]:
    """Give OpenAPI's `security` of an operation; a service without keys asks for none."""
    scope = find_scope(method, endpoint)
    return [{}] if scope is None else [{"key": [scope]}, {}]


def register_access(app: Flask, config: Config) -> None:
    """Apply rate limits and require keys before anything else is done with a request."""
    keys = KeyRing(config.quotes_api_keys, config.quotes_keys_file)
    app.extensions["keys"] = keys
    app.extensions["sessions"] = Sessions(config, keys)
    app.extensions["sign_in_limit"] = SignInLimit(config)
    guarded = ("read", "write") if config.quotes_private else ("write",)

    def check_key() -> None:
        rule = request.url_rule
        scope = None if rule is None else find_scope(request.method, rule.endpoint)
        if rule is not None and rule.endpoint == FEED and "token" in request.args:
            check_feed_key(keys.find(request.args["token"]))
            return
        if scope is None or scope not in guarded:
            return
        key = find_key(keys)
        if key is None:
            raise refuse_unknown()
        if not key.allows(scope):
            may = "read feeds" if key.scope == "feed" else "read"
            message = f"the key may {may} alone; this needs one that may {scope}"
            raise refuse(403, message, f'error="insufficient_scope", scope="{scope}"')

    def name_key() -> str | None:
        key = find_key(keys)
        return None if key is None else f"key {key.name}"

    def vary_by_cookie(response: Response) -> Response:
        response.headers.add("Vary", "Cookie")
        return response

    if config.rate_limit:
        register_rates(app, config, name_key)
    if keys:
        app.before_request(check_key)
        app.after_request(vary_by_cookie)


def find_keys() -> KeyRing:
    """Find the keys of the application that answers this request."""
    keys: KeyRing = current_app.extensions["keys"]
    return keys


def check_feed_key(key: Key | None) -> None:
    """Refuse a feed's address unless its key is for feeds alone: addresses are kept in many places."""
    if key is None:
        raise refuse(401, "is not known here, or was revoked", 'error="invalid_token"', field="token")
    if key.scope != "feed":
        message = "must be a key with the scope `feed`: any other would be told by the address of the feed"
        raise refuse(403, message, 'error="insufficient_scope", scope="feed"', field="token")


def find_key(keys: KeyRing) -> Key | None:
    """Find the key of a request: the one that it brings or, if it brings none, that of its session."""
    if "Authorization" not in request.headers:
        return current_session()
    scheme, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
    return keys.find(secret.strip()) if scheme.lower() == "bearer" else None


def refuse_unknown() -> Problem:
    if "Authorization" not in request.headers:
        return refuse(401, "is needed: Bearer, a blank, and a key")
    return refuse(401, "must be Bearer, a blank, and a key that is known here", 'error="invalid_token"')


def refuse(status: int, message: str, detail: str = "", field: str = "Authorization") -> Problem:
    """Build the Problem of a key, with the challenge that RFC 6750 asks for."""
    challenge = ", ".join(filter(None, ('Bearer realm="quotes"', detail)))
    return Problem(status, [FieldError(field, message)], headers={"WWW-Authenticate": challenge})
