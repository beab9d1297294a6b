"""The app's configuration: its name and the system checks; and which site `admin.site` is."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class GeeksConfig(AppConfig):
    default = True
    name = "geeks"
    verbose_name = "Geeks Mental"


class ModeratingAdminConfig(admin_apps.AdminConfig):
    """Named in INSTALLED_APPS in the place of django.contrib.admin."""

    default = False
    default_site = "geeks.admin.site.ModeratingSite"

    def ready(self) -> None:
        # Loaded as a whole before Django asks for the site alone: otherwise our models would be put on a site that
        # is thrown away while it is being made.
        import_module("geeks.admin")
        super().ready()
