# Stands in for the official image of PostgreSQL where that cannot be had: same settings, same folder.
FROM python:3.12-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql \
    && rm -rf /var/lib/apt/lists/* \
    && ln -s /usr/lib/postgresql/*/bin /opt/postgresql \
    && install --directory --owner=postgres --group=postgres /var/lib/postgresql/data /run/postgresql
ENV PATH=/opt/postgresql:$PATH \
    PGDATA=/var/lib/postgresql/data/pgdata
COPY start_postgres /usr/local/bin/
# hadolint ignore=DL3066
USER postgres
CMD ["start_postgres"]
