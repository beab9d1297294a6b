"""Asking, answering, writing and editing. The rules stand on the models; a form carries what was typed to them and
their sentences back to the fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError

from geeks import policy
from geeks.models import Category, EditConflict, SubmittedBefore
from geeks.models.submission import new_token

TOKEN = re.compile(r"[\w-]{16,64}", re.ASCII)
WRITING = {"rows": 14, "spellcheck": "true", "autocomplete": "off"}


class Token(forms.CharField):
    """A hidden field that tells this form from every other; what nobody here made counts as none."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, initial=new_token)

    def clean(self, value: Any) -> str:
        return value if isinstance(value, str) and TOKEN.fullmatch(value) else ""


class RevisionNumber(forms.IntegerField):
    """A hidden field: the revision that stood when this form was opened. What is no number counts as none."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> int | None:
        try:
            return super().clean(value)
        except ValidationError:
            return None


class ModelRules(forms.Form):
    """A form whose checks are a model's method: `form.try_to(method, ...)` runs it and places what it says."""

    use_required_attribute = False  # the model's sentences are better than the browser's
    refused = False
    conflict: Any = None  # the revision that somebody else made meanwhile

    def try_to(self, act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What `act` returns, or what it made when this form was sent before; or None with its sentences at the fields
        they name (else above the form). A refusal comes above the form too: a page of its own would lose what was
        typed."""
        try:
            return act(*args, **kwargs)
        except SubmittedBefore as before:
            return before.made
        except PermissionDenied as refusal:
            self.refused = True
            self.add_error(None, str(refusal))
            return None
        except EditConflict as problem:
            self.conflict = problem.revision
            self.data = {**self.data.dict(), "revision": problem.revision.number}  # sent again, it is meant
            self.add_error(None, problem)
            return None
        except ValidationError as problem:
            if not hasattr(problem, "error_dict"):
                self.add_error(None, problem)
                return None
            for name, errors in problem.error_dict.items():
                self.add_error(name if name in self.fields else None, errors)
            return None

    @property
    def key(self) -> str:
        """What `Submission` knows this form by, with all that was typed into it; "" without a token."""
        if not self.cleaned_data.get("token"):
            return ""
        typed = sorted((name, self.data.get(name, "")) for name in self.fields)
        return sha256(repr(typed).encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows this form."""
        return 403 if self.refused else 409 if self.conflict else 400 if self.errors else 200


class BodyForm(ModelRules):
    """An answer."""

    token = Token()
    body = forms.CharField(
        label="Answer", required=False, strip=False, widget=forms.Textarea(attrs={**WRITING, "rows": 10})
    )


class PostForm(ModelRules):
    """A question or an article."""

    token = Token()
    title = forms.CharField(
        required=False,
        help_text="One sentence that someone with the same problem would search for. Formulas in $…$ are welcome.",
        widget=forms.TextInput(attrs={"maxlength": policy.TITLE_MAX, "autocomplete": "off"}),
    )
    category = forms.ModelChoiceField(
        Category.objects.all(),
        required=False,
        to_field_name="slug",
        empty_label="Choose a category…",
        error_messages={"invalid_choice": "There is no such category. Choose one from the list."},
    )
    body = forms.CharField(
        required=False,
        strip=False,
        help_text="What you tried, what you expected, where you are stuck. Markdown, with LaTeX in $…$ or $$…$$.",
        widget=forms.Textarea(attrs=WRITING),
    )
    tags = forms.CharField(
        required=False,
        help_text=f"Up to {policy.TAGS_MAX} tags with spaces between, such as: gradient-descent regularization",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


class EditForm(PostForm):
    token = None  # sent again, an edit changes nothing
    revision = RevisionNumber()
    comment = forms.CharField(
        label="What you changed",
        required=False,
        max_length=policy.REASON_MAX,
        help_text="A few words for the history, such as: corrected the sign in the second step",
    )


class EditAnswerForm(BodyForm):
    token = None
    revision = RevisionNumber()
    comment = forms.CharField(label="What you changed", required=False, max_length=policy.REASON_MAX)


class CommentForm(ModelRules):
    token = Token()
    text = forms.CharField(
        label="Comment",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": policy.COMMENT_MAX}),
    )


class ClosureForm(ModelRules):
    reason = forms.ChoiceField(
        choices=[(key, name) for key, (_, name) in policy.CLOSE_REASONS.items()],
        error_messages={"invalid_choice": "Choose one of the reasons."},
    )
    note = forms.CharField(required=False, max_length=policy.REASON_MAX, label="A note for the author")
    duplicate_of = forms.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, label="Duplicate of question number"
    )
