"""Whether the page at an address still answers: its head is asked, then its body, and nothing of it is read.

Addresses come from files and from people, so only public machines are asked, on the usual ports, at the very
address that was looked at, and no redirect is followed: that it leads elsewhere is an answer.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Timer
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "Maillage"}
_PORTS = {"http": 80, "https": 443}
#: It is there, and wants to know who asks, or wants to be asked less.
_THERE = frozenset({401, 403, 405, 429})

#: By these, a network of the new sort reaches machines of the old one (RFC 6052).
_TRANSLATED = IPv6Network("64:ff9b::/96")

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
    """Whether a numeric address is of the public network, and no machine of ours, however it is written."""
    try:
        found = _carried(ip_address(address))
    except ValueError:
        return False
    ours = isinstance(found, IPv6Address) and (found.is_site_local or found.teredo is not None)
    return found.is_global and not found.is_multicast and not ours


def _carried(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The address of the old network that one of the new network carries to, if so; else itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


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
    if not found or not all(map(may_ask, found)):
        return None
    first = _asked(url, "HEAD", timeout, found)
    return first if first.is_there else _asked(url, "GET", timeout, found)


def _asked(url: str, method: str, timeout: float, addresses: Sequence[str]) -> Knock:
    request = Request(url, headers=_HEADERS, method=method)  # noqa: S310 -- http and https only, above
    try:
        with _opener(addresses).open(request, timeout=timeout) as reply:
            status = int(reply.status)
    except (OSError, HTTPException, ValueError) as fault:
        return Knock(is_there=False, why=_why(fault))
    return Knock(is_there=status < 400 or status in _THERE, status=status)


def _why(fault: Exception) -> str:
    cause = fault.reason if isinstance(fault, URLError) else fault
    if isinstance(cause, TimeoutError):
        return "silent"
    return "refused" if isinstance(cause, ConnectionError) else "unreachable"


class _Brief(HTTPConnection):
    """Speaks with the addresses that were looked at, whatever their name leads to by now, and not drop by drop."""

    def __init__(self, host: str, *, addresses: Sequence[str], **how: Any) -> None:
        super().__init__(host, **how)
        self._create_connection = partial(_reached, addresses)

    def getresponse(self) -> HTTPResponse:
        """The head of the answer, within the time of one answer."""
        late = Timer(float(self.timeout or 0), _cut, [self.sock])
        late.daemon = True
        late.start()
        try:
            return super().getresponse()
        except (OSError, HTTPException) as fault:
            raise (fault if late.is_alive() else TimeoutError()) from fault
        finally:
            late.cancel()


class _BriefAndSecret(_Brief, HTTPSConnection):
    """The same over TLS, under the name that was asked for."""


def _reached(
    addresses: Sequence[str], to: tuple[str, int], *how: Any
) -> socket.socket:  # as `socket.create_connection`, which would look the name up again
    *others, last = addresses
    for address in others:
        try:
            return socket.create_connection((address, to[1]), *how)
        except OSError:
            continue
    return socket.create_connection((last, to[1]), *how)


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


class _Direct(HTTPHandler, HTTPSHandler):
    """Opens at these addresses; what goes through a proxy is left to the proxy, which looks names up itself."""

    def __init__(self, addresses: Sequence[str]) -> None:
        super().__init__()
        self._addresses = addresses

    def http_open(self, request: Request) -> HTTPResponse:
        """Over http."""
        return self._open(_Brief, request) or HTTPHandler.http_open(self, request)

    def https_open(self, request: Request) -> HTTPResponse:
        """Over https."""
        return self._open(_BriefAndSecret, request) or HTTPSHandler.https_open(self, request)

    def _open(self, speaks: type[_Brief], request: Request) -> HTTPResponse | None:
        if request.host != urlsplit(request.full_url).netloc:
            return None
        opened: Any = partial(speaks, addresses=self._addresses)
        return self.do_open(opened, request)


def _opener(addresses: Sequence[str]) -> OpenerDirector:
    """What opens https and http through the proxy of the machine if any; it follows nothing and raises at no status."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), _Direct(addresses)):
        opener.add_handler(handler)
    return opener
