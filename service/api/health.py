"""Health checks."""

from flask import Response

from service.api.openapi.answers import Answer, answer_json
from service.api.openapi.blueprint import Blueprint
from service.api.openapi.shapes import HealthSchema
from service.http.current import current_store

blueprint = Blueprint("health", __name__, description="Health checks.")


@blueprint.endpoint("GET", "/healthz", answers={200: Answer("It is", HealthSchema, {"status": "ok"})})
def check_health() -> Response:
    """Is the process alive?"""
    return answer_json({"status": "ok"})


@blueprint.endpoint(
    "GET", "/readyz", answers={200: Answer("They are", HealthSchema, {"status": "ok"})}, problems=(503,)
)
def check_readiness() -> Response:
    """Is the store reachable and its schema current?  Its `status` says if it can only be read."""
    store = current_store()
    store.check()
    return answer_json({"status": "ok" if store.is_writable() else "read-only"})
