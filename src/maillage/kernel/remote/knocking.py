"""Whether the page at an address still answers: its head is asked, then its body, and nothing of it is read.

Addresses come from files and from people, so only public machines are asked, on the usual ports, and no
redirect is followed: that it leads elsewhere is an answer.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import ip_address
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "Maillage"}
_PORTS = {"http": 80, "https": 443}
#: It is there, and wants to know who asks, or wants to be asked less.
_THERE = frozenset({401, 403, 405, 429})

Addresses = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Knock:
    """What came of it: whether somebody answered, with which status, or why nobody did."""

    is_there: bool
    status: int | None = None
    why: str = ""


def addresses_of(host: str) -> list[str]:
    """The numeric addresses of a host."""
    found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    return sorted({str(one[4][0]) for one in found})


def is_public(address: str) -> bool:
    """Whether a numeric address is of the public network, and no machine of ours."""
    try:
        return ip_address(address).is_global
    except ValueError:
        return False


def knock(
    url: str,
    *,
    timeout: float = 10,
    addresses: Addresses = addresses_of,
    may_ask: Callable[[str], bool] = is_public,
) -> Knock | None:
    """Ask a page for its head, then for itself when the head is refused; None when it may not be asked."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        ports_ok = parts.port in {None, _PORTS.get(parts.scheme)} or may_ask is not is_public
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host or not ports_ok:
        return None
    try:
        found = list(addresses(host))
    except (OSError, UnicodeError):
        return Knock(is_there=False, why="no_host")
    if not all(map(may_ask, found)):
        return None
    first = _asked(url, "HEAD", timeout)
    return first if first.is_there else _asked(url, "GET", timeout)


def _asked(url: str, method: str, timeout: float) -> Knock:
    request = Request(url, headers=_HEADERS, method=method)  # noqa: S310 -- http and https only, above
    try:
        with _opener().open(request, timeout=timeout) as reply:
            status = int(reply.status)
    except (OSError, HTTPException, ValueError) as fault:
        return Knock(is_there=False, why=_why(fault))
    return Knock(is_there=status < 400 or status in _THERE, status=status)


def _why(fault: Exception) -> str:
    cause = fault.reason if isinstance(fault, URLError) else fault
    if isinstance(cause, TimeoutError):
        return "silent"
    return "refused" if isinstance(cause, ConnectionError) else "unreachable"


def _opener() -> OpenerDirector:
    """What opens https and http through the proxy of the machine if any; it follows nothing and raises at no status."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    return opener
