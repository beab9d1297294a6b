"""People. Superusers name moderators, set passwords and add accounts; moderators correct profiles and switch ordinary
accounts off and on, and have no power over each other or over superusers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from geeks.admin import links
from geeks.admin.acting import answered, ask, each
from geeks.admin.finding import newest_ids, number_in, people_named
from geeks.admin.lists import ModeratorAdmin
from geeks.models import Audit, User

PROFILE = ("display_name", "about", "location", "website")
POWERS = ("is_active", "is_moderator", "is_superuser")
IMPORTED = ("ghost", "merged", "network_id", "image_url", "view_count", "up_votes", "down_votes")
NEVER_TYPED = ("reputation", "last_login", "date_joined", "last_seen", "lists", *IMPORTED)


class PersonForm(UserChangeForm):
    """Checking the profile is `describe`, which renders what is said about the person."""

    website = forms.URLField(required=False, assume_scheme="https")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and any(name in self.changed_data for name in PROFILE):
            person = User.objects.get(pk=self.instance.pk)
            try:
                with transaction.atomic():
                    person.describe(**{name: given.get(name, getattr(person, name)) for name in PROFILE})
            except ValidationError as refusal:
                self.add_error(None, refusal)
        return given


class MergeForm(forms.Form):
    into = forms.CharField(
        label="Into the account",
        max_length=150,
        help_text="Its user name or number. All that the chosen author wrote and earned becomes that person's.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_into(self) -> User:
        words = self.cleaned_data["into"].strip()
        number = number_in(words)
        account = User.objects.filter(Q(pk__in=people_named(words)) | Q(pk=number or 0)).first()
        if account is None:
            raise ValidationError(f"There is no account “{words}”. Write the user name somebody signs in with.")
        return account


@admin.register(User)
class PeopleAdmin(ModeratorAdmin, DjangoUserAdmin):
    form = PersonForm
    ordering = ("-id",)
    list_display = ("username", "display_name", "reputation", "role", "is_active", "date_joined", "last_seen")
    list_filter = ("is_active", "is_moderator", "is_superuser", "ghost")
    actions = ["merge_selected"]
    put_off = ("about", "about_html", "password")
    filter_horizontal = ()
    search_fields = ("pk",)  # shows the search box; `find` does the work
    search_help_text = "A number, or a part of the user name or display name."
    fieldsets = (
        (None, {"fields": ("username", "password", "email")}),
        ("Profile", {"fields": PROFILE}),
        ("Standing", {"fields": ("reputation", *POWERS, "lists")}),
        ("Imported", {"fields": IMPORTED}),
        ("Dates", {"fields": ("date_joined", "last_login", "last_seen")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request) and request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or request.user.is_superuser or obj == request.user or not has_power(obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or request.user.is_superuser:
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("username",)}), *self.fieldsets[1:])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return NEVER_TYPED
        if request.user.is_superuser:
            # Taking these from oneself could leave a site without anybody who has them.
            return (*NEVER_TYPED, "is_active", "is_superuser") if obj == request.user else NEVER_TYPED
        own = ("is_active",) if obj == request.user else ()
        return (*NEVER_TYPED, "username", "is_moderator", "is_superuser", *own)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return ModeratorAdmin.lookup_allowed(self, lookup, value, request)

    def view_on_site(self, obj: Any) -> str:
        return obj.get_absolute_url()

    def find(self, request: HttpRequest, words: str) -> set[int]:
        """Names are read one by one: a person is known by any part of one, and people are far fewer than posts."""
        number, name = number_in(words), words.removeprefix("@")
        conditions = [Q(username__icontains=name) | Q(display_name__icontains=name)]
        if number is not None:
            conditions.append(Q(pk=number))
        if request.user.is_superuser:
            conditions.append(Q(email__iexact=words))
        return newest_ids(User.objects.all(), *conditions)

    @admin.display(description="role")
    def role(self, person: User) -> str:
        roles = {"superuser": person.is_superuser, "moderator": person.is_moderator, "imported": person.ghost}
        return next((name for name, holds in roles.items() if holds), "-")

    @admin.display(description="merged into")
    def merged(self, person: User) -> str:
        return links.to_person(person.merged_into)

    @admin.action(description="Merge into an account…")
    def merge_selected(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        form = MergeForm(request.POST if answered(request) else None)
        if form.is_valid():
            account = form.cleaned_data["into"]
            each(request, queryset, lambda ghost: account.absorb(ghost, request.user), f"Merged into “{account}”:")
            return None
        title = "Merge imported authors into an account"
        return ask(self, request, queryset, form, action="merge_selected", title=title, button="Merge")

    @admin.display(description="see")
    def lists(self, person: User) -> str:
        return links.row_of_lists(
            ("questions", "question", {"author__id__exact": person.pk}),
            ("answers", "answer", {"author__id__exact": person.pk}),
            ("articles", "article", {"author__id__exact": person.pk}),
            ("comments", "comment", {"author__id__exact": person.pk}),
            ("reputation", "reputation", {"user__id__exact": person.pk}),
            ("acts as moderator", "audit", {"actor__id__exact": person.pk}),
        )

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
            Audit.objects.record(request.user, "add person", user=obj)
        elif form.changed_data:
            self._save_columns(obj, [name for name in form.changed_data if name not in PROFILE])
            powers = {name: getattr(obj, name) for name in POWERS if name in form.changed_data}
            Audit.objects.record(
                request.user, "change person", user=obj, changed=", ".join(form.changed_data), **powers
            )

    def _save_columns(self, person: Any, columns: list[str]) -> None:
        """Only what was changed: reputation may have moved since the row was read; the profile is stored already."""
        if "is_moderator" in columns or "is_superuser" in columns:
            person.is_staff = has_power(person)
            columns = [*columns, "is_staff"]
        if columns:
            person.save(update_fields=columns)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if not (self.has_module_permission(request) and request.user.is_superuser):
            raise PermissionDenied("Only a superuser can set somebody's password.")
        if User.objects.filter(pk=number_in(id) or 0, ghost=True).exists():
            raise PermissionDenied("Nobody signs in as an imported author. Merge it into an account instead.")
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            Audit.objects.record(request.user, "set password", user=self.get_object(request, id))
        return response


def has_power(person: Any) -> bool:
    return person.is_superuser or person.is_moderator


# Groups give no right here: every permission is asked of User.can.
admin.site.unregister(Group)
