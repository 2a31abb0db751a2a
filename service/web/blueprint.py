"""The blueprint of the pages, the function that answers with a page, and template filters."""

import re
from calendar import month_name
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template
from markupsafe import Markup, escape

blueprint = Blueprint("pages", __name__)

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A browser that may name no page at all does not say either that a form is from here.
PAGE_HEADERS = {"Content-Security-Policy": PAGE_POLICY, "Referrer-Policy": "same-origin"}
SITE_PAGES = {
    "pages.show_search": "Search",
    "pages.show_verification": "Verify",
    "pages.show_speakers": "Speakers",
    "pages.show_outlets": "Outlets",
    "pages.show_comparison": "Compare",
    "pages.show_sources": "Sources",
    "pages.show_form": "Try it",
    "pages.show_rules": "Rules",
    "pages.show_reference": "API",
}


def answer_page(template: str, status: int = 200, **values: Any) -> Response:
    """Answer with a template, filled in."""
    headers = PAGE_HEADERS
    page = render_template(template, **values)
    return Response(page, status, headers, content_type="text/html; charset=utf-8")


@blueprint.app_template_filter("day")
def write_day(moment: datetime) -> str:
    """Write a date for people: 31 March 2026."""
    day = moment.astimezone(UTC)
    return f"{day.day} {day:%B} {day.year}"


@blueprint.app_template_filter("month")
def write_month(month: str) -> str:
    """Write a month such as 2026-03, or only a year, for people: March 2026."""
    year, _, number = month.partition("-")
    return f"{month_name[int(number)]} {year}" if number else year


@blueprint.app_template_filter("web_address")
def keep_web_address(address: str | None) -> str | None:
    """Give back an address that may be linked; None for any other, such as one that would run a script."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc else None


@blueprint.app_template_test("wikidata_item")
def is_wikidata_item(external_id: str) -> bool:
    """Whether an external id is one of Wikidata, which can be linked."""
    return re.fullmatch("Q[1-9][0-9]{0,17}", external_id) is not None


@blueprint.app_template_filter("breakable")
def break_name(name: str) -> Markup:
    """Let a line end behind the underscores of a name, and nowhere else in it."""
    return escape(name).replace("_", Markup("_<wbr>"))


@blueprint.app_context_processor
def list_site_pages() -> dict[str, Any]:
    """Give every template the pages for its navigation."""
    return {"site_pages": SITE_PAGES.items()}
