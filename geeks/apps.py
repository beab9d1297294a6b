"""The app's configuration: its name and the system checks."""

from django.apps import AppConfig


class GeeksConfig(AppConfig):
    name = "geeks"
    verbose_name = "Geeks Mental"
