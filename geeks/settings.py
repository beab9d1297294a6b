"""Every setting of the site, read from the environment (or `.env`) with a safe default.

`.env.example` lists what an operator may set; docs/install.md explains it.
"""

import os
from pathlib import Path
from urllib.parse import quote, urlsplit

import dj_database_url

from geeks import environment

BASE_DIR = Path(__file__).resolve().parent.parent
environment.load_env_file(BASE_DIR / ".env")

from geeks import assets  # noqa: E402 - it reads the environment, which the file above may add to

# --- what an operator sets ------------------------------------------------------------------------------------
DEBUG = environment.flag("DEBUG")
DATA_DIR = environment.folder("DATA_DIR", BASE_DIR / "data")
SITE_NAME = environment.text("SITE_NAME", "Geeks Mental")
PORT = environment.number("PORT", 8000, most=65535)
SITE_URL = environment.address(
    "SITE_URL", f"http://127.0.0.1:{PORT}", ("http", "https"), "https://maths.example.org"
).rstrip("/")
SIGNUP = environment.text("SIGNUP", "open", choices=("open", "invite", "closed"))
LANGUAGE_CODE = environment.language_code("en-us")
TIME_ZONE = environment.time_zone("UTC")
TRUSTED_PROXIES = environment.number("TRUSTED_PROXIES", 0)  # how many proxies of yours stand in front
WORKERS = environment.number("WORKERS", 2, least=1)
# Requests in each web process that are answered at once, wait for their turn, and are being received (as many may wait
# for that); more are refused (middleware/overload.py). Those that change something may take half of the places, so that
# readers find one. Some threads stay free for kept pages and for refusals.
RUNNING, WAITING, RECEIVING = 8, 40, 8
CHANGING, CHANGES_WAITING = RUNNING // 2, 16
THREADS = RUNNING + WAITING + CHANGES_WAITING + 2 * RECEIVING + 8
ABREAST = 4  # of those that run: as many as wait for a database elsewhere, and for SQLite (below) one
SLOW_CLIENT_SECONDS = 60  # that a connection may stand still; no view takes so long (middleware/slow_clients.py)
PAGE_CACHE_MB = environment.number("PAGE_CACHE_MB", 32)  # of finished pages in each web process; 0 keeps none
API_DAILY_QUOTA = environment.number("API_DAILY_QUOTA", 10_000, most=1_000_000_000)  # an address; 0: no limit
# What the search index has stems for.
SEARCH_LANGUAGES = (
    *("arabic", "danish", "dutch", "english", "finnish", "french", "german", "greek", "hungarian", "italian"),
    *("norwegian", "portuguese", "romanian", "russian", "spanish", "swedish", "tamil", "turkish", "none"),
)
SEARCH_LANGUAGE = environment.text("SEARCH_LANGUAGE", "english", choices=SEARCH_LANGUAGES)
LOG_LEVEL = environment.text("LOG_LEVEL", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))

SITE_HOST = urlsplit(SITE_URL).hostname or ""
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", ",".join({SITE_HOST, *LOCAL_HOSTS}))
IS_LOCAL = all(host.strip("[]") in ("127.0.0.1", "localhost", "::1") for host in [SITE_HOST, *ALLOWED_HOSTS])
SECRET_KEY = environment.secret_key(DATA_DIR, IS_LOCAL, DEBUG)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- the house ------------------------------------------------------------------------------------------------
ROOT_URLCONF = "geeks.urls"
WSGI_APPLICATION = "geeks.wsgi.application"
AUTH_USER_MODEL = "geeks.User"
APPEND_SLASH = False
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "geeks",
    "geeks.apps.ModeratingAdminConfig",  # django.contrib.admin with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "geeks.views.kept.kept_pages",
    "geeks.middleware.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "geeks.middleware.overload.turnstile",
    "geeks.middleware.one_form_of_each_url",
    "geeks.middleware.compressed",
    "geeks.views.sources.old_hosts",
    "geeks.middleware.Revalidation",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "geeks.views.errors.refusals",
]

# The site's own pages are Jinja2; the admin (and its few overrides in templates/django) stays with Django's language.
_context = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES = [
    {
        "NAME": "jinja2",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "environment": "geeks.jinja.environment",
            "context_processors": ["geeks.views.reader.site"],
        },
    },
    {
        "NAME": "django",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "django"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _context},
    },
]

# --- database -------------------------------------------------------------------------------------------------
# Connections of a web process: its threads are many, and share these. Commands have one of their own, and some fork,
# which a pool does not survive.
DATABASE_POOL = environment.number("DATABASE_POOL", 16, least=1)
IN_WEB = os.environ.get("GEEKS_WEB") == "1"  # wsgi.py says so
MOST_SECONDS = 20  # that a statement of a web process may take, or wait for another's write
REPLICA_SECONDS = 3  # after that a replica counts as away, and the primary is asked: less than who waits in line has
DATABASES = {
    "default": dj_database_url.parse(
        environment.address(
            "DATABASE_URL",
            f"sqlite:///{quote(str(DATA_DIR / 'db.sqlite3'))}",
            ("sqlite", "postgres", "postgresql"),
            "postgres://user:password@db.example.org:5432/geeks or leave it out for SQLite.",
            host=False,
        ),
        conn_max_age=600,
        conn_health_checks=True,
    )
}
REPLICAS = []  # their names in DATABASES; geeks/replicas.py says who reads from them
for _number, _url in enumerate(environment.replica_addresses(DATABASES["default"]["ENGINE"]), 1):
    REPLICAS.append(f"replica{_number}")
    DATABASES[REPLICAS[-1]] = dj_database_url.parse(_url, conn_max_age=600, conn_health_checks=True)
    DATABASES[REPLICAS[-1]]["TEST"] = {"MIRROR": "default"}
if REPLICAS:
    DATABASE_ROUTERS = ["geeks.replicas.Router"]
    MIDDLEWARE.insert(0, "geeks.replicas.reading")
for _name, _database in DATABASES.items():
    if _database["ENGINE"].endswith("postgresql"):
        # A host that is gone does not even refuse; what a replica cannot give soon, the primary gives.
        _database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 2 if _name in REPLICAS else 5)
        if IN_WEB:
            _database["ENGINE"] = "geeks.databases.postgresql"
            _database["PATIENCE"] = REPLICA_SECONDS if _name in REPLICAS else MOST_SECONDS + 2
            _database["CONN_MAX_AGE"] = 0  # the pool keeps them
            _database["OPTIONS"].update(
                pool={"min_size": 1, "max_size": DATABASE_POOL, "timeout": 2 if _name in REPLICAS else MOST_SECONDS},
                # No query of a page takes so long that compiling it first would pay; one that nobody waits for any
                # more ends.
                options=f"-c statement_timeout={MOST_SECONDS}s -c client_connection_check_interval=1s -c jit=off",
            )
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    ABREAST = 1
    # It holds addresses and password hashes. Its companions, -wal and -shm, get the same rights.
    if os.path.isabs(DATABASES["default"]["NAME"]):
        environment.private(Path(DATABASES["default"]["NAME"]))
    # WAL lets readers go on while one writes; IMMEDIATE takes the write lock at once, so that a transaction never
    # fails half-way with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": MOST_SECONDS,
        # The ORM makes times of what SQLite gives, which are texts: not also the driver, of every row that is read,
        # when a page makes objects of a few.
        "detect_types": 0,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
            "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-2000;PRAGMA temp_store=MEMORY;"
        ),
    }
    if IN_WEB:
        DATABASES["default"]["ENGINE"] = "geeks.databases.sqlite3"
        DATABASES["default"]["CONN_MAX_AGE"] = 0  # the pool keeps them
        DATABASES["default"]["OPTIONS"]["pool"] = DATABASE_POOL

# --- cache, sessions, mail ------------------------------------------------------------------------------------
CACHE_URL = environment.address(
    "CACHE_URL", "", ("redis", "rediss", "unix"), "redis://cache.local:6379/0 or leave it out.", host=False
)
CACHES = {
    "default": (
        {"BACKEND": "geeks.caches.shared.SharedCache", "LOCATION": CACHE_URL}
        if CACHE_URL
        # On one machine a folder is shared by all web processes and needs no service.
        else {
            "BACKEND": "geeks.caches.FolderCache",
            "LOCATION": DATA_DIR / "cache",
            # At the default of 300 entries any could be dropped soon, and with it a count of failed sign-ins.
            "OPTIONS": {"MAX_ENTRIES": 3_000},
        }
    )
}
SESSION_ENGINE = "geeks.models.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https:")
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"
EMAIL_URL = environment.address("EMAIL_URL", "", ("smtp", "smtps"), "smtp://user:password@mail.example.org:587")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("EMAIL_FROM", f"noreply@{SITE_HOST}")
globals().update(environment.email_settings(EMAIL_URL))

# --- sign-in --------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "geeks.forms.accounts.AccountAdapter"
ACCOUNT_FORMS = {"login": "geeks.forms.accounts.LoginForm", "signup": "geeks.forms.accounts.SignupForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USERNAME_BLACKLIST = ["admin", "moderator", "root", "community"]
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# --- files ----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "geeks.staticfiles.NpmFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "geeks.staticfiles.HashedStorage"},
}
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
SEARCH_DIR = DATA_DIR / "search"
FILE_UPLOAD_HANDLERS = [
    "geeks.views.uploads.Capped",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# --- safety ---------------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "geeks.views.errors.csrf_failure"
if SITE_URL.startswith("https:"):
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS = [
    "security.W004",
    "security.W008",
]  # plain http on a local address is what the demo is

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING" if LOG_LEVEL == "INFO" else LOG_LEVEL},
    "loggers": {"geeks": {"level": LOG_LEVEL}, "django": {"level": "WARNING"}},
}
NODE_MODULES = assets.NODE_MODULES
