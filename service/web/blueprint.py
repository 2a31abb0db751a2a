"""What every page is made with: one blueprint, one way to answer, and filters for templates."""

from calendar import month_name
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template

blueprint = Blueprint("pages", __name__)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SITE_PAGES = {
    "pages.show_search": "Search",
    "pages.show_comparison": "Compare",
    "pages.show_form": "Try it",
    "pages.show_rules": "Rules",
    "pages.show_reference": "API",
}


def answer_page(template: str, status: int = 200, **values: Any) -> Response:
    """Answer with a template, filled in."""
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
    page = render_template(template, **values)
    return Response(page, status, headers, content_type="text/html; charset=utf-8")


@blueprint.app_template_filter("day")
def write_day(moment: datetime) -> str:
    """Write a date for people: 31 March 2026."""
    day = moment.astimezone(UTC)
    return f"{day.day} {day:%B} {day.year}"


@blueprint.app_template_filter("month")
def write_month(month: str) -> str:
    """Write a month such as 2026-03, or a year alone, for people: March 2026."""
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


@blueprint.app_context_processor
def list_site_pages() -> dict[str, Any]:
    """Give every template the pages that stand at its head."""
    return {"site_pages": SITE_PAGES.items()}
