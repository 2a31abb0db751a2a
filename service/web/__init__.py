"""The pages, which show the store to people.  They work without scripts and need no other host."""

from flask import Flask

from service.web import (
    article,
    compare,
    lists,
    quote,
    reference,
    rules,
    search,
    sign_in,
    sources,
    speaker,
    trial,
    verify,
)
from service.web.blueprint import blueprint
from service.web.problems import register_problem_pages

# Each module adds its addresses to the blueprint.
MODULES = (search, article, quote, speaker, compare, verify, trial, rules, reference, lists, sign_in, sources)


def register_pages(app: Flask) -> None:
    """Serve every page, and problems of pages as pages."""
    # Lines that hold statements of templates alone leave nothing behind.
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(blueprint)
    register_problem_pages(app)
