"""A limit a minute for each address or person."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from geeks import throttle

pytestmark = pytest.mark.django_db


def request_of(address="198.51.100.7", user=None, forwarded=""):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)
    request.user = user or AnonymousUser()
    return request


@pytest.fixture
def clock(monkeypatch):
    now = [1_800_000_000.0]
    monkeypatch.setattr(throttle.time, "time", lambda: now[0])
    return now


def calls(count, **given) -> list[bool]:
    return [throttle.too_many(request_of(**given), "preview", 2) for _ in range(count)]


def test_the_next_minute_begins_anew(clock):
    assert calls(4) == [False, False, True, True]
    clock[0] += 60
    assert calls(1) == [False]


def test_addresses_and_people_are_counted_apart(clock, ada, ben):
    assert calls(3)[-1]
    assert calls(1, address="198.51.100.8") == [False]
    assert calls(3, user=ada) == [False, False, True]
    assert calls(1, user=ben) == [False]


def test_a_person_at_many_addresses_is_one(clock, ada):
    assert [calls(1, user=ada, address=f"198.51.100.{n}")[0] for n in range(3)] == [False, False, True]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_an_ipv6_address_counts_by_its_network(address, counted):
    assert throttle.address(request_of(address)) == counted


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "203.0.113.9", "198.51.100.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 192.0.2.1", "203.0.113.9"),
        (2, "203.0.113.9", "198.51.100.7"),
        (1, "nonsense", "unknown"),
        (1, " , ", "198.51.100.7"),
    ],
)
def test_forwarded_addresses_are_believed_only_from_our_own_proxies(settings, proxies, forwarded, counted):
    settings.TRUSTED_PROXIES = proxies
    assert throttle.address(request_of(forwarded=forwarded)) == counted
