"""Finds quoted speech in news articles, attributes it to its speaker, and serves the quotes over HTTP."""

__version__ = "0.1.0"
