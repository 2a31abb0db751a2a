"""The API's reference: Swagger UI on the OpenAPI document, all of it served from here."""

from functools import cache
from importlib.metadata import version
from importlib.resources import files

from flask import Response

from service.web.blueprint import PAGE_POLICY, answer_page, blueprint

PACKAGE = "flask-swagger-ui"
ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
# Swagger UI's style has its icons as data.
REFERENCE_POLICY = PAGE_POLICY.replace("img-src 'self'", "img-src 'self' data:")
# An asset's address has its version.
ASSET_CACHING = "public, max-age=31536000, immutable"


@blueprint.get("/docs")
def show_reference() -> Response:
    """Show every operation, with a form that sends it."""
    page = answer_page("reference.html", version=find_version())
    page.headers["Content-Security-Policy"] = REFERENCE_POLICY
    return page


@blueprint.get('/docs/<any("swagger-ui-bundle.js", "swagger-ui.css"):name>')
def send_asset(name: str) -> Response:
    """Send the script or the style of Swagger UI."""
    return Response(
        read_asset(name),
        headers={"Cache-Control": ASSET_CACHING},
        content_type=f"{ASSETS[name]}; charset=utf-8",
    )


@cache
def read_asset(name: str) -> bytes:
    return files(PACKAGE.replace("-", "_")).joinpath("dist", name).read_bytes()


@cache
def find_version() -> str:
    return version(PACKAGE)
