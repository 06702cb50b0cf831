"""Asking a service outside one question: within limits, again when it is worth it, or what it said before."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.client import HTTPException, HTTPResponse
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from maillage.kernel import clock
from maillage.kernel.remote import politeness, refusals
from maillage.kernel.remote.politeness import Rest
from maillage.kernel.remote.refusals import Unavailable
from maillage.kernel.remote.service import Service
from maillage.kernel.text import Words

T = TypeVar("T")
Params = Mapping[str, str]

LARGEST = 2 * 1024 * 1024
"""No answer of these services comes near it; more would be read for nothing."""
PART = 64 * 1024
ATTEMPTS = 3
LOCAL = ("127.0.0.1", "localhost", "::1")
_NOT_SO = (LookupError, TypeError, ValueError, AttributeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What a service said and when; `refusal` tells why nothing newer could be had, if so."""

    data: T
    at: datetime
    refusal: Unavailable | None = None

    @property
    def told(self) -> Words:
        """How old it is, in words."""
        day = f"{self.at.astimezone(clock.PARIS):%d/%m/%Y, %H:%M}"
        if self.refusal is None:
            return Words(fr=f"Réponse du service du {day}.", en=f"Answer of the service of {day}.")
        return Words(
            fr=f"{_spoken(self.refusal.reason, 'fr')} Ce qui suit est sa réponse du {day}.",
            en=f"{_spoken(self.refusal.reason, 'en')} What follows is its answer of {day}.",
        )


class Cache(Protocol):
    """Where answers are kept: as they came, with their instant."""

    def read(self, question: str) -> tuple[Any, datetime] | None:
        """What was answered, and when."""

    def write(self, question: str, data: Any, at: datetime) -> None:
        """Keep an answer."""


class Client:
    """Asks one service; made once in a process, for it remembers how the service behaves."""

    def __init__(
        self,
        service: Service,
        *,
        cache: Cache,
        now: Callable[[], datetime] = clock.real_now,
        ticks: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.service = service
        self.rest = Rest(ticks)
        self._cache, self._now, self._ticks, self._pause = cache, now, ticks, pause
        self._opener = _opener(service.address)

    def ask(
        self,
        path: str,
        params: Params,
        *,
        read: Callable[[Any], T],
        sift: Callable[[Any], Any] = lambda data: data,
        fresh: timedelta = timedelta(days=1),
    ) -> Answer[T]:
        """What the service answers, read by `read`, which is handed None when it knows nothing of it.

        Only what `sift` leaves of it is read and kept. An answer younger than `fresh` is not asked again.

        Raises:
            Unavailable: the service is off, silent, overwhelmed, or says what cannot be read, and nothing
                it said before is kept.
        """
        if not self.service.is_on:
            raise refusals.off(self.service)
        question = f"{self.service.address}{quote(path, safe='/,;')}?{urlencode(sorted(params.items()), errors='replace')}"
        kept = self._kept(question, read)
        if kept is not None and self._now() - kept.at < fresh:
            return kept
        try:
            data = self._read(self._asked(question), sift)
            answer = Answer(self._read(data, read), self._now())
        except Unavailable as refusal:
            if kept is None:
                raise
            return replace(kept, refusal=refusal)
        self._cache.write(question, data, answer.at)
        return answer

    def _kept(self, question: str, read: Callable[[Any], T]) -> Answer[T] | None:
        """What it said before, unless that is dated from tomorrow or no longer read."""
        found = self._cache.read(question)
        if found is None or found[1] > self._now():
            return None
        try:
            return Answer(read(found[0]), found[1])
        except _NOT_SO:
            return None

    def _read(self, data: Any, read: Callable[[Any], T]) -> T:
        try:
            return read(data)
        except _NOT_SO as fault:
            raise refusals.unreadable(self.service) from fault

    def _asked(self, url: str) -> Any:
        """The service's own words, tried again while there is patience left."""
        if seconds := self.rest.lasts():
            raise refusals.left_alone(self.service, seconds)
        deadline = self._ticks() + self.service.patience
        for attempt in itertools.count(1):
            try:
                data = self._once(url, deadline)
            except Unavailable as refusal:
                wait = politeness.wait(refusal, attempt)
                if wait is None or attempt == ATTEMPTS or self._ticks() + wait >= deadline:
                    self.rest.failed(refusal)
                    raise
                self._pause(wait)
            else:
                self.rest.answered()
                return data
        raise AssertionError  # pragma: no cover -- the count has no end

    def _once(self, url: str, deadline: float) -> Any:
        patience = max(0.1, min(self.service.timeout, deadline - self._ticks()))
        request = Request(url, headers={**_HEADERS, **self.service.headers})  # noqa: S310 -- https, or this machine: see `site`
        try:
            with self._opener.open(request, timeout=patience) as reply:
                return self._said(reply, deadline)
        except (OSError, HTTPException) as fault:
            raise refusals.of_fault(self.service, fault) from fault

    def _body(self, reply: HTTPResponse, deadline: float) -> bytes:
        """The whole body, unless it is too long or comes drop by drop."""
        body = bytearray()
        while part := reply.read1(PART):
            body += part
            if len(body) > LARGEST:
                raise refusals.too_big(self.service, LARGEST)
            if self._ticks() > deadline:
                raise refusals.silent(self.service)
        return bytes(body)

    def _said(self, reply: HTTPResponse, deadline: float) -> Any:
        if reply.status in {200, 404}:
            data = _json(self.service, self._body(reply, deadline))
            if reply.status == 200:
                return data
            if isinstance(data, dict):
                return None  # it speaks, and knows nothing of what was asked
        raise refusals.of_status(
            self.service,
            reply.status,
            wait=politeness.retry_after(reply.headers.get("Retry-After"), self._now()),
            elsewhere=urlsplit(reply.headers.get("Location") or "").hostname or "",
        )


# What is not packed cannot unfold.
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Maillage"}


def _opener(address: str) -> OpenerDirector:
    """What opens https and http, through the proxy of the machine if any; it follows nothing."""
    opener = OpenerDirector()
    is_local = urlsplit(address).hostname in LOCAL
    for handler in (ProxyHandler({} if is_local else None), HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    return opener


def _json(service: Service, body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as fault:
        raise refusals.unreadable(service) from fault


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _spoken(said: object, language: str) -> str:
    return str(getattr(said, language, said))
