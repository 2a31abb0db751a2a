"""Problems of pages, as pages: with the status, the headers and the fields that the API would answer with."""

import orjson
from flask import Flask, Response, render_template, request

from service.api.problems import PROBLEM_TYPE
from service.web.blueprint import CONTENT_SECURITY_POLICY, blueprint


def register_problem_pages(app: Flask) -> None:
    """Show a problem as a page where a page was asked for."""

    @app.after_request
    def show_problem(response: Response) -> Response:
        if response.content_type != PROBLEM_TYPE or not was_page_asked_for():
            return response
        problem = orjson.loads(response.get_data())
        response.set_data(render_template("problem.html", problem=problem))
        response.content_type = "text/html; charset=utf-8"
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response


def was_page_asked_for() -> bool:
    """Whether this request is for a page, or by a browser for an address that is not there."""
    if request.url_rule is not None:
        return request.blueprint == blueprint.name
    in_api = request.path == "/v1" or request.path.startswith("/v1/")
    return not in_api and "text/html" in request.headers.get("Accept", "")
