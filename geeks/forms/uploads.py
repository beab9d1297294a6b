"""Sending a picture. What may be sent is `Upload.objects.receive`'s to say; the file is never believed here."""

from __future__ import annotations

from django import forms

from geeks import policy
from geeks.forms.posts import ModelRules


class PictureForm(ModelRules):
    image = forms.FileField(
        label="Image",
        allow_empty_file=True,  # the model says what is wrong with it
        error_messages={"required": "Choose an image first.", "invalid": "Choose an image first."},
        help_text=f"PNG, JPEG, GIF or WebP, at most {policy.UPLOAD_BYTES // 2**20} MB. Place and camera are removed.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
    )
