"""The WSGI entry point that granian (or any other server) loads."""

import os

from django.core.wsgi import get_wsgi_application

from geeks import orphans
from geeks.middleware import slow_clients

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geeks.settings")
os.environ["GEEKS_WEB"] = "1"
orphans.end_web_with_parent()
application = get_wsgi_application()
slow_clients.watch()
