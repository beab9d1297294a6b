"""Saving a search: what is searched for, in which order, under which name."""

from __future__ import annotations

from django import forms

from geeks import policy
from geeks.forms.posts import ModelRules


class SavedSearchForm(ModelRules):
    q = forms.CharField(
        label="Search for",
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"maxlength": policy.SEARCH_TEXT_MAX, "autocomplete": "off"}),
    )
    name = forms.CharField(
        required=False,
        max_length=policy.SEARCH_NAME_MAX,
        help_text="How it is called in your list and in notices. Without one it is called by its words.",
        widget=forms.TextInput(attrs={"maxlength": policy.SEARCH_NAME_MAX, "autocomplete": "off"}),
    )
    tab = forms.CharField(required=False, widget=forms.HiddenInput)
