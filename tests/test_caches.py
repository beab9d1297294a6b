"""The shared cache while its server cannot be reached: nothing fails, and limits go on in this process."""

from __future__ import annotations

import logging

import pytest
from redis.backoff import NoBackoff
from redis.retry import Retry

from geeks import caches
from tests.browser.site import free_port


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(caches.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(caches, "OUTAGE", caches.Outage())
    return now


@pytest.fixture
def cache(clock):
    options = {"retry": Retry(NoBackoff(), 0), "socket_connect_timeout": 1}
    made = caches.SharedCache(f"redis://127.0.0.1:{free_port()}/0", {"OPTIONS": options})
    made.stand_in.clear()
    return made


def test_everything_django_does_with_a_cache_works_without_the_server(cache):
    assert cache.get("a", 1) == 1
    assert cache.add("a", 2, timeout=60)
    assert not cache.add("a", 3, timeout=60)
    assert cache.incr("a") == 3
    cache.set_many({"b": [1], "c": None})
    assert cache.get_many(["a", "b"]) == {"a": 3, "b": [1]}
    assert "b" in cache
    assert cache.touch("b")
    cache.delete_many(["b"])
    assert cache.delete("a")
    assert cache.get_or_set("d", lambda: 4) == 4
    cache.clear()
    assert cache.get("d") is None
    with pytest.raises(ValueError, match="not found"):
        cache.incr("nothing")


def test_an_outage_is_said_once_and_the_server_is_asked_only_now_and_then(cache, clock, monkeypatch, caplog):
    asked = []
    real = cache._cache.get_client
    monkeypatch.setattr(cache._cache, "get_client", lambda *a, **k: asked.append(1) or real(*a, **k))
    with caplog.at_level(logging.WARNING, logger="geeks.cache"):
        for _ in range(5):
            cache.get("a")
        assert len(asked) == 1
        clock[0] += caches.RETRY_SECONDS + 0.1
        cache.get("a")
    assert len(asked) == 2
    assert caplog.text.count("cannot be reached") == 1


def test_a_new_outage_does_not_show_what_the_last_one_left(cache, clock):
    cache.set("a", 1)
    assert cache.get("a") == 1
    caches.OUTAGE.ended()
    assert cache.get("a") is None
