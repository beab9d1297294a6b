"""What a moderator does in the tests: choose rows of a list and an action, and read what the page answers."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import get_messages
from django.urls import reverse


def list_url(model: str) -> str:
    return reverse(f"admin:geeks_{model}_changelist")


def page_url(row: Any) -> str:
    return reverse(f"admin:geeks_{row._meta.model_name}_change", args=[row.pk])


def choose(client: Any, model: str, action: str, rows: list[Any], **more: Any) -> Any:
    data = {"action": action, "_selected_action": [row.pk for row in rows], "select_across": "0", **more}
    if "apply" not in more:
        data["index"] = "0"
    return client.post(list_url(model), data)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]
