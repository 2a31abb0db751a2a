"""Keys: who may write, and, where the service is private, who may read."""

from typing import Any

from flask import Flask, request

from service.api.problems import FieldError, Problem
from service.api.rates import register_rates
from service.config import Config
from service.keys import Key, KeyRing

READS = ("GET", "HEAD")
# These read and say nothing of the store: whether the service runs, and how to speak to it.
OPEN_ENDPOINTS = frozenset(
    (
        "health.check_health",
        "health.check_readiness",
        "pages.show_form",
        "pages.show_reference",
        "pages.show_rules",
        "pages.show_schemas",
        "api-docs.openapi_json",
        "static",
    )
)
# These are sent what others would ask for, and store nothing.
READS_BY_POST = frozenset(("extract.extract_quotes", "pages.show_trial"))
SECURITY_SCHEMES = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key made by `quotes keys add`, with the scope `read` or `write`, which includes"
        " `read`.  Where the service has keys, writes need one; where it is private, reads do too",
    }
}


def find_scope(method: str, endpoint: str) -> str | None:
    """Say what a key must allow, where keys are asked for: read, write, or nothing."""
    if endpoint in OPEN_ENDPOINTS or method == "OPTIONS":
        return None
    return "read" if method in READS or endpoint in READS_BY_POST else "write"


def describe_security(method: str, endpoint: str) -> list[dict[str, Any]]:
    """Give OpenAPI's `security` of an operation; a service without keys asks for none."""
    scope = find_scope(method, endpoint)
    return [{}] if scope is None else [{"key": [scope]}, {}]


def register_access(app: Flask, config: Config) -> None:
    """Count requests and ask for keys, where that is wanted; before anything else is done with a request."""
    keys = KeyRing(config.quotes_api_keys, config.quotes_keys_file)
    guarded = ("read", "write") if config.quotes_private else ("write",)

    def check_key() -> None:
        rule = request.url_rule
        scope = None if rule is None else find_scope(request.method, rule.endpoint)
        if scope is None or scope not in guarded:
            return
        key = find_key(keys)
        if key is None:
            raise refuse_unknown()
        if not key.allows(scope):
            message = "the key may read alone; this needs one that may write"
            raise refuse(403, message, 'error="insufficient_scope", scope="write"')

    def name_key() -> str | None:
        key = find_key(keys)
        return None if key is None else f"key {key.name}"

    if config.rate_limit:
        register_rates(app, config, name_key)
    if keys:
        app.before_request(check_key)


def find_key(keys: KeyRing) -> Key | None:
    """Find the key of a request, if it has one that is known."""
    scheme, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
    return keys.find(secret.strip()) if scheme.lower() == "bearer" else None


def refuse_unknown() -> Problem:
    if "Authorization" not in request.headers:
        return refuse(401, "is needed: Bearer, a blank, and a key")
    return refuse(401, "must be Bearer, a blank, and a key that is known here", 'error="invalid_token"')


def refuse(status: int, message: str, detail: str = "") -> Problem:
    """Build the Problem of a key, with the challenge that RFC 6750 asks for."""
    challenge = ", ".join(filter(None, ('Bearer realm="quotes"', detail)))
    return Problem(status, [FieldError("Authorization", message)], headers={"WWW-Authenticate": challenge})
