"""The site's settings for a test that waits until patience ends: for what a database does not give within a second."""

from geeks.settings import *  # noqa: F403
from geeks.settings import DATABASES, IN_WEB

SLOW_CLIENT_SECONDS = 2
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"]["timeout"] = 1
elif IN_WEB:
    DATABASES["default"]["OPTIONS"]["options"] = "-c statement_timeout=1s"
