# One image for every process of the house. Not run where it was written: tests/test_deployment.py only reads it.
# Pin the base images by digest before relying on them; a tag can be moved.

FROM node:24-bookworm-slim AS front-end
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /venv
COPY requirements.txt ./
RUN /venv/bin/pip install --require-hashes --only-binary :all: -r requirements.txt
WORKDIR /app
COPY . .
COPY --from=front-end /build/node_modules ./node_modules
RUN /venv/bin/python -m hotline.messages compile
# Settings want every name; these values are made for this one step, kept in no layer, and reach no database.
RUN set -eu; \
    made="$(mktemp -d)"; \
    /venv/bin/python -m hotline.demo.secrets "$made"; \
    SECRET_KEY_FILE="$made/secret_key" AUDIT_MAC_KEY_FILE="$made/audit_mac_key" KEYRING_DIR="$made/keyring" \
    DATABASE_URL=postgresql://build@nowhere.invalid/none KEYS_DATABASE_URL=postgresql://build@nowhere.invalid/none \
    LISTEN_DATABASE_URL=postgresql://build@nowhere.invalid/none EMAIL_URL=dummymail:// TRUSTED_PROXIES= \
    PUBLIC_BASE_URL=https://build.invalid LIVE_URL=https://build.invalid/live/ ALLOWED_HOSTS=build.invalid \
    AUDIT_CHECKPOINT_DIR="$made/checkpoints" SPOOL_DIR="$made/spool" \
    /venv/bin/python manage.py collectstatic --no-input --verbosity 0; \
    rm -rf "$made"

FROM python:3.11-slim-bookworm
# Two users: the sequencer's own one writes tiles and checkpoints; the others may add files of their own beside them (the
# record of destroyed keys) and, because of the sticky bit, neither change nor remove what the sequencer wrote.
# The folders exist in the image so that new volumes mounted on them take over their owner and mode.
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin hotline \
    && useradd --uid 10003 --gid hotline --no-create-home --shell /usr/sbin/nologin sequencer \
    && install -d -o hotline -g hotline -m 0755 /var/lib/hotline \
    && install -d -o hotline -g hotline -m 0700 /var/lib/hotline/spool \
    && install -d -o sequencer -g hotline -m 1775 /var/lib/hotline/checkpoints
COPY --from=build /venv /venv
# Owned by root and never written to: a process cannot change the program it runs.
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=hotline.settings
WORKDIR /app
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--no-ws", "hotline.wsgi:application"]
