# Soglas in a container: no root, no tools, no secrets in any layer. Settings come from the environment at start.
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /venv
# Everything is checked against the hashes in the lock file; it also pins the tools, which go again below.
COPY requirements.lock ./
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE hatch_build.py ./
COPY bot bot
COPY adapters adapters
COPY storage storage
COPY locales locales
COPY playbooks playbooks
COPY .ci/slim ./slim
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation . \
    && /venv/bin/python slim postgres

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 soglas \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin soglas \
    && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SOGLAS_DATABASE_URL=sqlite:////data/soglas.db \
    SOGLAS_HTTP_HOST=0.0.0.0 \
    SOGLAS_HTTP_PORT=8080 \
    SOGLAS_LOG_FORMAT=json
# The only folder that is written to; the rest can be mounted read-only, with a small /tmp in memory.
VOLUME /data
WORKDIR /data
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['SOGLAS_HTTP_PORT'] + '/health', timeout=4)"]
ENTRYPOINT ["soglas"]
CMD ["run"]
