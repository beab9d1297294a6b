"""`manage.py serve` says what is in the way before it starts anything."""

import socket
from unittest import mock

import pytest
from django.core.management import CommandError, call_command

from geeks.management.commands import serve


def test_a_port_that_is_taken_is_named_with_the_remedy():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Cannot listen on 127\.0\.0\.1:{port}.*--port or PORT="):
            call_command("serve", port=port)


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("256.1.1.1", 8000), ("nowhere.invalid", 8000)])
def test_an_address_that_cannot_be_is_named(host, port):
    with pytest.raises(CommandError, match="Cannot listen on"):
        serve.check_free(host, port)


@pytest.mark.django_db
def test_a_database_that_is_not_up_to_date_is_named_with_the_remedy():
    serve.check_migrated()
    behind = mock.patch.object(serve.MigrationExecutor, "migration_plan", return_value=["something"])
    with behind, pytest.raises(CommandError, match=r"manage\.py migrate"):
        serve.check_migrated()
