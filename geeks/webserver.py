"""`python -m geeks.webserver`: granian, with the site's code loaded before it forks its web processes.

What is loaded once lies in memory once: half of what each web process had for itself when it started is shared by all,
and one that takes the place of another is there at once. Nothing is opened before the fork: a connection or a lock that
two processes take for theirs destroys what it guards. (docs/decisions/load-before-fork.md)
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.cli import cli


def load() -> None:
    """Import what a web process needs, and put it where the garbage collector will not write."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geeks.settings")
    os.environ["GEEKS_WEB"] = "1"  # the settings ask for it
    get_wsgi_application()  # for what it imports; each web process makes its own
    for name in (settings.ROOT_URLCONF, "geeks.views.early"):
        import_module(name)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")  # elsewhere, processes start empty
        load()
    cli()
