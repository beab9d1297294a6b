"""Making an access token: what it is called and what it may do."""

from __future__ import annotations

from django import forms

from geeks import policy
from geeks.forms.posts import ModelRules
from geeks.models.access_token import SCOPES


class TokenForm(ModelRules):
    name = forms.CharField(
        required=False,
        max_length=policy.TOKEN_NAME_MAX,
        help_text="What you will know it by, such as the program that uses it.",
        widget=forms.TextInput(attrs={"maxlength": policy.TOKEN_NAME_MAX, "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        required=False,
        choices=[(scope, f"{words} ({scope})") for scope, words in SCOPES.items()],
        help_text="Without any it only says who you are.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "There is no such scope. Choose from the list."},
    )
