"""A fixed-window limit on what costs work but needs no account: so many calls a minute from one address."""

from __future__ import annotations

import time
from ipaddress import ip_address

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def too_many(request: HttpRequest, what: str, a_minute: int) -> bool:
    """True when this address (or person) has called `what` more than `a_minute` times in the current minute."""
    who = request.user.pk if request.user.is_authenticated else address(request)
    key = f"throttle:{what}:{who}:{int(time.time() // 60)}"
    cache.add(key, 0, timeout=120)
    try:
        return cache.incr(key) > a_minute
    except ValueError:  # the counter ran out between the two calls
        return False


def address(request: HttpRequest) -> str:
    """The client's address: what the last trusted proxy saw, or the connection's own. IPv6 counts by its /64."""
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        seen = hops[-settings.TRUSTED_PROXIES] if len(hops) >= settings.TRUSTED_PROXIES else seen
    try:
        found = ip_address(seen)
    except ValueError:
        return "unknown"
    # A server that listens on IPv6 sees IPv4 clients as ::ffff:198.51.100.7; they are not all one network.
    found = getattr(found, "ipv4_mapped", None) or found
    return str(found) if found.version == 4 else ":".join(found.exploded.split(":")[:4])
