"""`manage.py worker`: the background worker alone; `serve` starts it beside the web server."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from geeks.tasks import worker


class Command(BaseCommand):
    help = "Keeps the search index in step with the database. `serve` runs this for you."
    # `serve` has made them, and a worker that is started again should be back at once.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker.run(stop)
