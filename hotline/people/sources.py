"""Find the address a request really came from, believing only the proxies that are named."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def source_of(request: HttpRequest) -> str:
    """Give the nearest address that is not one of TRUSTED_PROXIES, or nothing where there is none.

    `X-Forwarded-For` is read from the right: each trusted proxy vouches for the entry before its own.
    """
    source = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while hops and is_trusted(source):
        source = hops.pop()
    return source if _is_address(source) else ""


def is_trusted(source: str) -> bool:
    """Tell whether this address, or its network, is one of our proxies."""
    if not _is_address(source):
        return False
    address = ipaddress.ip_address(source)
    return any(address in ipaddress.ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES)


def is_loopback(request: HttpRequest) -> bool:
    """Tell whether the connection itself comes from this machine, with no proxy in between."""
    remote = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = "HTTP_X_FORWARDED_FOR" in request.META
    return not forwarded and _is_address(remote) and ipaddress.ip_address(remote).is_loopback


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
