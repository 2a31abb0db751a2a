FROM python:3.12-slim AS build
WORKDIR /build
RUN python -m venv /opt/quotes
COPY requirements.lock ./
RUN /opt/quotes/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY service service
# What installs packages is of no use to a running service, only to one who has broken into it.
RUN /opt/quotes/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
    && /opt/quotes/bin/pip uninstall --yes --quiet setuptools pip

FROM python:3.12-slim
RUN useradd --system --uid 10001 --no-create-home quotes \
    && install --directory --owner=quotes --group=quotes /data
COPY --from=build /opt/quotes /opt/quotes
ENV PATH=/opt/quotes/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/quotes.db
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["quotes", "health"]
CMD ["quotes", "serve", "--upgrade", "--bind", "0.0.0.0:8000"]
