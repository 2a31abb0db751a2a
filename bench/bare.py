"""A bare Flask application that gives the service's own answers from memory: the most that Flask could do."""

import os
from pathlib import Path

from flask import Flask, Response, request


def create_app() -> Flask:
    app = Flask(__name__)
    quotes = Path(os.environ["BENCH_QUOTES_ANSWER"]).read_bytes()
    extract = Path(os.environ["BENCH_EXTRACT_ANSWER"]).read_bytes()

    @app.get("/v1/quotes")
    def answer_quotes() -> Response:
        return Response(quotes, mimetype="application/json")

    @app.post("/v1/extract")
    def answer_extract() -> Response:
        request.get_data()
        return Response(extract, mimetype="application/json")

    return app
