"""The site's settings, made fast and kept apart: a folder of its own, a cheap hasher, caches and mail in memory.

`DATABASE_URL` chooses the database as on a site: unset is SQLite, and `make test` runs everything on PostgreSQL too.
"""

import os
import tempfile

_data_dir = tempfile.mkdtemp(prefix="geeks-tests-")
os.environ.update(DATA_DIR=_data_dir, SITE_URL="http://127.0.0.1:8000", SECRET_KEY="only for tests", DEBUG="0")
for _name in (
    "ALLOWED_HOSTS",
    "POLICY",
    "CACHE_URL",
    "DATABASE_REPLICA_URLS",
    "EMAIL_URL",
    "SIGNUP",
    "API_DAILY_QUOTA",
    "SITE_NAME",
    "TRUSTED_PROXIES",
    "PORT",
):
    os.environ.pop(_name, None)

from geeks.settings import *  # noqa: E402, F403 - the environment must stand first
from geeks.settings import STATIC_ROOT, STORAGES  # noqa: E402

STATIC_ROOT.mkdir()

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PAGE_CACHE_MB = 0  # tests roll back; tests/views/test_kept_pages.py has pages kept
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
