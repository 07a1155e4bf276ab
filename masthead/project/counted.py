"""Tries at signing in, counted in Redis or Valkey; in the database while that is away, so that nobody is locked out or let in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger("masthead.cache")


def _either(name: str) -> Callable[..., Any]:
    def act(self: Counted, *args: Any, **said: Any) -> Any:
        try:
            return getattr(RedisCache, name)(self, *args, **said)
        except RedisError as error:
            log.warning("Redis does not answer (%s); the database counts meanwhile.", type(error).__name__)
            return getattr(self.second, name)(*args, **said)

    act.__name__ = name
    return act


class Counted(RedisCache):
    """Redis with the database behind it."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1}})
        self.second = DatabaseCache("people_counted", {**params, "OPTIONS": {"MAX_ENTRIES": 100_000}})


for _name in ("add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many", "delete_many", "clear"):
    setattr(Counted, _name, _either(_name))
