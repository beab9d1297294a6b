"""The WSGI entry point that granian (or any other server) loads."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from geeks import orphans
from geeks.middleware import slow_clients

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geeks.settings")
os.environ["GEEKS_WEB"] = "1"
orphans.end_web_with_parent()
django = get_wsgi_application()  # before anything is imported that needs its settings
application = import_string("geeks.views.early.kept_first")(django)
slow_clients.watch()
