# Not built here: there was no docker engine. Its steps were tried in a bare Debian 12 root (Python 3.11), see
# deploy/README.md; every requirement resolves to wheels on 3.14.
#
#   docker build -t plumbline .
#   docker run --rm --read-only --tmpfs /tmp -p 8501:8501 plumbline
FROM python:3.14-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 HOME=/tmp PORT=8501

WORKDIR /app
COPY requirements.txt .
RUN python -m pip install --require-hashes --only-binary :all: -r requirements.txt && python -m compileall -q -j 0 /usr/local/lib

COPY . .
# The database is made into the image; nothing of it is writable for the user that serves.
RUN python -m compileall -q app.py pages lib && python -m lib.build && chmod -R a+rX,go-w /app

USER 65534:65534
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/health\", timeout=2)"]
# exec form: SIGTERM reaches the server, which ends within seconds.
CMD ["python", "-m", "lib.serve", "--host", "0.0.0.0"]
