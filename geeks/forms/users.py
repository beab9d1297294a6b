"""What a person says about himself on the profile. The rules stand on `User.describe`."""

from __future__ import annotations

from django import forms

from geeks import policy
from geeks.forms.posts import ModelRules


class ProfileForm(ModelRules):
    display_name = forms.CharField(
        required=False,
        help_text="The name others see. What you sign in with stays as it is.",
        widget=forms.TextInput(attrs={"maxlength": policy.DISPLAY_NAME_MAX, "autocomplete": "nickname"}),
    )
    location = forms.CharField(
        required=False, max_length=100, widget=forms.TextInput(attrs={"maxlength": 100, "autocomplete": "off"})
    )
    website = forms.URLField(
        required=False,
        max_length=200,
        assume_scheme="https",
        error_messages={"invalid": "Give a web address, such as https://example.org"},
        widget=forms.URLInput(attrs={"autocomplete": "url", "placeholder": "https://"}),
    )
    about = forms.CharField(
        label="About you",
        required=False,
        strip=False,
        help_text="A few lines in Markdown, formulas too.",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "true"}),
    )
