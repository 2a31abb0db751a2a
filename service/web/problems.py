"""Problems of pages, as pages: with the status, the headers and the fields that the API would answer with."""

from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response, render_template, request

from service.http.problems import PROBLEM_TYPE
from service.http.sessions import current_session
from service.web.blueprint import PAGE_HEADERS, blueprint
from service.web.sign_in import find_return_path


def register_problem_pages(app: Flask) -> None:
    """Show a problem as a page where a page was asked for."""

    @app.after_request
    def show_problem(response: Response) -> Response:
        if response.content_type != PROBLEM_TYPE or not was_page_asked_for():
            return response
        problem = orjson.loads(response.get_data())
        response.set_data(write_problem(problem))
        response.content_type = "text/html; charset=utf-8"
        response.headers.update(PAGE_HEADERS)
        return response


def write_problem(problem: dict[str, Any]) -> str:
    """Write the page of a problem; if a key is missing, it is the one to sign in on."""
    if problem["status"] == HTTPStatus.UNAUTHORIZED:
        refused = "This page needs a key." if current_session() is None else "This needs another key."
        return render_template("sign_in.html", goes_to=find_return_path(), error=None, refused=refused)
    return render_template("problem.html", problem=problem)


def was_page_asked_for() -> bool:
    """Whether this request is for a page, or by a browser for an address that is not there."""
    if request.url_rule is not None:
        return request.blueprint == blueprint.name
    in_api = request.path == "/v1" or request.path.startswith("/v1/")
    return not in_api and "text/html" in request.headers.get("Accept", "")
