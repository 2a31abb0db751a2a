FROM python:3.12-slim AS build
# The same lock file and source give the same files, to the byte and with the same times.
ENV SOURCE_DATE_EPOCH=946684800
WORKDIR /build
RUN python -m venv /opt/quotes
COPY requirements.lock ./
RUN /opt/quotes/bin/pip install --no-cache-dir --no-compile --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY service service
# What installs packages is of no use to a running service, only to one who has broken into it.
# Bytecode that is never held against its source starts the command sooner, and holds no times.
RUN /opt/quotes/bin/pip install --no-cache-dir --no-compile --no-deps --no-build-isolation . \
    && /opt/quotes/bin/pip uninstall --yes --quiet setuptools pip \
    && find /opt/quotes -name __pycache__ -prune -exec rm -r {} + \
    && PYTHONHASHSEED=0 /opt/quotes/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/quotes/lib \
    && find /opt/quotes -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

FROM python:3.12-slim
RUN groupadd --system --gid 10001 quotes \
    && useradd --system --uid 10001 --gid quotes --no-create-home quotes \
    && install --directory --owner=quotes --group=quotes /data
COPY --from=build /opt/quotes /opt/quotes
ENV PATH=/opt/quotes/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/quotes.db
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Quote attribution service" \
      org.opencontainers.image.description="Finds every quotation in news articles and says whose words they are" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["quotes", "health"]
CMD ["quotes", "serve", "--upgrade", "--bind", "0.0.0.0:8000"]
