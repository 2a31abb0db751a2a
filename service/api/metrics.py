"""Metrics: the labels of each request, and the endpoint that returns all counts."""

import re
from functools import lru_cache

from flask import Flask, Response, request

from service.api.openapi.answers import Answer
from service.api.openapi.blueprint import Blueprint
from service.monitoring import metrics
from service.monitoring.requests import ROUTE_KEY

blueprint = Blueprint("metrics", __name__, description="Counts for Prometheus.")

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


@blueprint.endpoint(
    "GET",
    "/metrics",
    answers={200: Answer("The counts", other_types={METRICS_TYPE: "quotes_workers 2\n"})},
)
def show_metrics() -> Response:
    """Give all counts of all workers, in Prometheus' text format.

    The counts contain no text, but show how much the service is used.
    """
    return Response(metrics.write_metrics(), content_type=METRICS_TYPE)


def register_monitoring(app: Flask) -> None:
    """Note the route of each request before anything may refuse it."""
    app.before_request(_note_route)


def declare_routes(app: Flask) -> None:
    """Create the series of every route; call it after all routes are registered."""
    metrics.declare_routes(
        (method, describe_route(rule.rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    )


@lru_cache(maxsize=256)
def describe_route(rule: str) -> str:
    """Write a route as the documents do: /v1/quotes/{quote_id}."""
    return CONVERTER.sub(r"{\1}", rule)


def _note_route() -> None:
    if request.url_rule is not None:
        request.environ[ROUTE_KEY] = describe_route(request.url_rule.rule)
