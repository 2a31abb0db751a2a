"""The pages that people read."""

from flask import Blueprint

blueprint = Blueprint("pages", __name__)
