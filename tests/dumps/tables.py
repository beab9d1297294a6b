"""All rows of all tables, to see that nothing has changed."""

from typing import Any

from django.apps import apps


def everything() -> dict[str, list[Any]]:
    models = apps.get_app_config("geeks").get_models()
    return {model.__name__: list(model._base_manager.order_by("pk").values_list()) for model in models}
