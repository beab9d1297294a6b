"""Mail addresses that people signed up with, for superusers: allauth's own page, which takes nothing from an address
that was made by hand and that its database would break at."""

from __future__ import annotations

from typing import Any

from allauth.account.admin import EmailAddressAdmin  # registers it
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.http import HttpRequest

admin.site.unregister(EmailAddress)


@admin.register(EmailAddress)
class MailAddressAdmin(EmailAddressAdmin):
    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return lookup in {f"{name}__exact" for name in self.list_filter}

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """By its number where `?_to_field=` names no field, as ModeratorAdmin does it."""
        return super().get_object(request, object_id, from_field or None)
