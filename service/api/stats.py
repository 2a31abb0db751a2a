"""Counts over the whole store."""

from typing import Any

from flask import Response

from service.api.openapi.answers import Answer, answer_json
from service.api.openapi.blueprint import Blueprint
from service.api.openapi.shapes import StatisticsSchema
from service.http.current import current_store
from service.schemas.fields import RequestSchema

blueprint = Blueprint("stats", __name__, url_prefix="/v1", description="Counts over the whole store.")

STATISTICS_EXAMPLE = {
    "articles": 12,
    "quotes": 80,
    "speakers": 31,
    "attributed": 0.95,
    "by_kind": {"direct": 61, "mixed": 19},
    "by_rule": {"quote_cue_name": 44, "quote_name_cue": 36},
    "indirect": 57,
}


@blueprint.endpoint(
    "GET",
    "/stats",
    query=RequestSchema,
    answers={200: Answer("The counts", StatisticsSchema, STATISTICS_EXAMPLE)},
    problems=(503,),
)
def get_statistics(_options: dict[str, Any]) -> Response:
    """Count articles, quotes and speakers."""
    return answer_json(current_store().stats())
