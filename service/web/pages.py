"""The pages that people read: where to start, and the reference of the API.  No other host is needed."""

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from service.web.reference import format_example, list_fields, list_operations, list_problems

blueprint = Blueprint("pages", __name__)
blueprint.add_app_template_filter(format_example, "example_json")

# No page has a script; one that is to have any says so in a policy of its own.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
STARTING_POINTS = {
    "docs": "/docs",
    "openapi": "/openapi.json",
    "quotes": "/v1/quotes",
    "articles": "/v1/articles",
    "speakers": "/v1/speakers",
    "stats": "/v1/stats",
}


@blueprint.get("/")
def show_index() -> Response:
    """Say where to start: as a page to a browser, as JSON to any other client."""
    addresses = {name: request.script_root + path for name, path in STARTING_POINTS.items()}
    if request.accept_mimetypes.best_match(("application/json", "text/html")) != "text/html":
        return jsonify(addresses)
    return _answer_page(render_template("index.html", addresses=addresses))


@blueprint.get("/docs")
def show_reference() -> Response:
    """Show the OpenAPI document as a page."""
    document = current_app.extensions["openapi"]
    sections = [(tag, list_operations(document, tag["name"])) for tag in document["tags"]]
    schemas = {
        name: list_fields(schema) for name, schema in sorted(document["components"]["schemas"].items())
    }
    return _answer_page(
        render_template(
            "reference.html",
            info=document["info"],
            sections=sections,
            problems=list_problems(document),
            schemas=schemas,
        )
    )


def _answer_page(page: str) -> Response:
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
    return Response(page, headers=headers, content_type="text/html; charset=utf-8")
