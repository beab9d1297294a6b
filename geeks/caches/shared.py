"""A cache on a server, for all machines of a site. Apart from the folder: without `CACHE_URL` nobody needs the client,
which takes 6 MB of every process."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from geeks.caches import Sturdy

# Beside the client's own five seconds a request would wait longer than it takes itself.
PATIENCE = {"socket_timeout": 1, "socket_connect_timeout": 1}


class SharedCache(Sturdy, RedisCache):
    """Numbers are kept as they are: the server counts them up where they stand."""

    away = (RedisError,)
    get_many, set_many, delete_many = BaseCache.get_many, BaseCache.set_many, BaseCache.delete_many

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {**PATIENCE, "retry": Retry(NoBackoff(), 1), **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._try("add", key, self._sealed(key, value, version), timeout, version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        if type(self.get(key, version=version)) is not int:
            raise ValueError(f"Key {key!r} not found.")
        return int(self._try("incr", key, delta, version))

    def _proves(self, name: str) -> bool:
        return True

    def _bare(self, value: Any) -> bool:
        return type(value) is int
