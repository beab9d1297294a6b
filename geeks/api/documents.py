"""The two documents about the API: OpenAPI 3.1 for programs, and a page that lists every method for people.

The page is one of ours, made from the OpenAPI document: it needs no script and asks no other server for anything.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from geeks.api.errors import ERRORS
from geeks.api.routes import API, VERSION
from geeks.jinja.responses import render

PREFIX = f"api/{VERSION}/"
ONE_DAY = 86_400
GROUPS = ("questions", "answers", "posts", "comments", "users", "tags", "search", "site", "yourself", "writing")


@require_safe
@cache_control(public=True, max_age=ONE_DAY)
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    answer = HttpResponse(_document_text(), "application/json; charset=utf-8")
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every method with its parameters and fields."""
    return render(request, "api/docs.html", {"groups": groups(), "errors": ERRORS, "document": document()["info"]})


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document as Python has it."""
    made = dict(API.get_openapi_schema(path_prefix=PREFIX))
    made["servers"] = [{"url": settings.SITE_URL}]
    made["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A personal access token, made on your profile"}
    }
    made["x-errors"] = [
        {"error_id": number, "error_name": name, "description": about} for number, (name, about) in ERRORS.items()
    ]
    return _tidied(made)


@lru_cache(maxsize=1)
def _document_text() -> str:
    return json.dumps(document(), ensure_ascii=False, indent=1)


@lru_cache(maxsize=1)
def groups() -> dict[str, list[dict[str, Any]]]:
    """The methods by what they are about: {"questions": [{verb, path, summary, description, parameters, fields}]}."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, verbs in document()["paths"].items():
        for verb, operation in verbs.items():
            body = operation.get("requestBody", {}).get("content", {})
            form = next(iter(body.values()), {}).get("schema", {})
            required = form.get("required", ())
            method = {
                "id": operation["operationId"],
                "verb": verb.upper(),
                "path": path.removeprefix(f"/{PREFIX}"),
                "summary": operation["summary"],
                "description": operation.get("description", ""),
                "parameters": [
                    *(
                        {**one["schema"], "name": one["name"], "required": one["required"]}
                        for one in operation["parameters"]
                    ),
                    *(
                        {**one, "name": name, "required": name in required}
                        for name, one in form.get("properties", {}).items()
                    ),
                ],
                "fields": _fields(operation),
            }
            found.setdefault(operation["tags"][0], []).append(method)
    return {name: found[name] for name in sorted(found, key=GROUPS.index)}


def _fields(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of the objects that a method answers with, and whether they come by default."""
    schemas = document()["components"]["schemas"]
    answer = operation["responses"][200]["content"]["application/json"]["schema"]
    wrapper = schemas[_referred(answer)]
    items = _referred(wrapper["properties"]["items"]["items"])
    return [
        {"name": name, "default": "x-not-in-default-filter" not in field}
        for name, field in schemas[items]["properties"].items()
    ]


def _referred(schema: dict[str, Any]) -> str:
    return str(schema["$ref"].rpartition("/")[2])


def _tidied(part: Any) -> Any:
    """Without the null that stands for "not given"."""
    if isinstance(part, list):
        return [_tidied(one) for one in part]
    if not isinstance(part, dict):
        return part
    choices = [one for one in part.get("anyOf", ()) if one != {"type": "null"}]
    if choices:
        rest = {name: value for name, value in part.items() if name != "anyOf"}
        part = rest | (choices[0] if len(choices) == 1 else {"anyOf": choices})
    return {name: _tidied(value) for name, value in part.items() if not (name == "default" and value is None)}
