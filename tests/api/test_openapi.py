"""Calls that nobody thought of, made from the OpenAPI document: none breaks the API, and every answer is one that the
document declares."""

import json

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from geeks.api.documents import document
from geeks.models import AccessToken
from geeks.wsgi import application
from tests import make

pytestmark = pytest.mark.django_db

CALLS = 6  # of each method; the same ones in every run
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

schema = schemathesis.openapi.from_dict(json.loads(json.dumps(document())))
schema.app = application
schema.config.phases.coverage.enabled = False


@pytest.fixture
def one_connection():
    """The connection of the test's own transaction stays open between calls, as under Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def headers(index, one_connection):
    """Those of somebody who may do much, on a site that has something of everything."""
    author = make.person(is_moderator=True)
    question = make.question(author)
    make.comment(make.answer(question))
    make.comment(question)
    index()
    secret = AccessToken.objects.issue(author, "schemathesis", ["write_access", "private_info"])[1]
    # The test's own transport does not unpack.
    return {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}


@schema.parametrize()
@settings(max_examples=CALLS, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_declares(case, headers):
    response = case.call(headers=headers)
    case.validate_response(response, checks=CHECKS)
