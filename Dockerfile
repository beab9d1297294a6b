# One web host with its background worker. Build: docker build -t geeks-mental .
FROM node:22-slim AS assets
WORKDIR /assets
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /site
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt
COPY --from=assets /assets/node_modules ./node_modules
COPY manage.py ./
COPY geeks ./geeks
COPY templates ./templates
COPY static ./static
COPY fixtures ./fixtures
RUN python -m compileall -q geeks \
    && useradd --uid 10001 --no-create-home geeks \
    && mkdir -p /data/media && chown -R geeks /data
USER geeks
# The search index of this host; pictures are in /data/media, which all hosts share.
VOLUME /data
ENV DATA_DIR=/data HOST=0.0.0.0 PORT=8000
EXPOSE 8000
# SIGTERM: requests under way are finished.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["sh", "-c", "python manage.py collectstatic --noinput -v0 && exec python manage.py serve"]
