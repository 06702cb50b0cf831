"""Why a service outside gave no answer, in the reader's words, with what to do."""

from __future__ import annotations

from http.client import HTTPException
from math import ceil

from maillage.kernel.errors import Refusal
from maillage.kernel.remote.service import Service
from maillage.kernel.text import Words


class Unavailable(Refusal):
    """A service outside gave nothing that can be used.

    `code` is permanent. `wait`: in how many seconds it may be asked again, when it is worth it; the service
    asked for it itself when `is_asked`.
    """

    def __init__(
        self,
        code: str,
        reason: Words,
        *,
        remedy: Words,
        wait: float | None = None,
        is_asked: bool = False,
    ) -> None:
        super().__init__(reason, remedy=remedy)
        self.code, self.wait, self.is_asked = code, wait, is_asked


def off(service: Service) -> Unavailable:
    """It has no address on this instance."""
    name, variable = service.name, service.variable
    return Unavailable(
        "off",
        Words(
            fr=f"«\u00a0{name.fr}\u00a0» n’est pas branché sur cette instance\u00a0: "
            f"son administrateur le branche par la variable {variable}.",
            en=f"“{name.en}” is not turned on here: "
            f"whoever runs the instance turns it on by the variable {variable}.",
        ),
        remedy=service.without,
    )


def left_alone(service: Service, seconds: float) -> Unavailable:
    """It failed lately, or asked for a rest."""
    until = ceil(seconds)
    return Unavailable(
        "left_alone",
        Words(
            fr=f"«\u00a0{service.name.fr}\u00a0» n’est pas interrogé pour l’instant\u00a0: "
            "il vient de ne pas répondre.",
            en=f"“{service.name.en}” is not asked for now: it has just failed to answer.",
        ),
        remedy=Words(
            fr=f"Réessayez dans {until}\u00a0s. {service.without.fr}",
            en=f"Try again in {until} s. {service.without.en}",
        ),
    )


def silent(service: Service) -> Unavailable:
    """Time went by without an answer, or without its end."""
    return Unavailable(
        "silent",
        Words(
            fr=f"«\u00a0{service.name.fr}\u00a0» ne répond pas à temps.",
            en=f"“{service.name.en}” does not answer in time.",
        ),
        remedy=_later(service),
    )


def unreachable(service: Service) -> Unavailable:
    """Nothing answers at its address."""
    return Unavailable(
        "unreachable",
        Words(
            fr=f"«\u00a0{service.name.fr}\u00a0» n’est pas joignable.",
            en=f"“{service.name.en}” cannot be reached.",
        ),
        remedy=_later(service),
        wait=0,
    )


def too_big(service: Service, largest: int) -> Unavailable:
    """It says more than is ever read."""
    most = largest // 1024 // 1024
    return Unavailable(
        "too_big",
        Words(
            fr=f"La réponse de «\u00a0{service.name.fr}\u00a0» dépasse {most}\u00a0Mo\u00a0: elle n’est pas lue.",
            en=f"The answer of “{service.name.en}” is larger than {most} MB: it is not read.",
        ),
        remedy=Words(
            fr=f"Précisez la question. {service.without.fr}",
            en=f"Ask something narrower. {service.without.en}",
        ),
    )


def unreadable(service: Service) -> Unavailable:
    """It says something else than expected."""
    return Unavailable(
        "unreadable",
        Words(
            fr=f"La réponse de «\u00a0{service.name.fr}\u00a0» n’est pas de la forme attendue.",
            en=f"The answer of “{service.name.en}” is not of the expected form.",
        ),
        remedy=_by_its_address(service),
    )


def of_fault(service: Service, fault: OSError | HTTPException) -> Unavailable:
    """What a broken conversation amounts to."""
    if isinstance(fault, TimeoutError) or isinstance(getattr(fault, "reason", None), TimeoutError):
        return silent(service)
    return unreachable(service)


def of_status(
    service: Service, status: int, *, wait: float | None, elsewhere: str = ""
) -> Unavailable:
    """What a status other than 200 means."""
    if 300 <= status < 400:
        return _moved(service, elsewhere)
    if status in {401, 403}:
        return _denied(service)
    if status == 429 or status >= 500:
        return _overwhelmed(service, status, wait)
    if status == 404:
        return unreadable(service)
    return Unavailable(
        "misunderstood",
        Words(
            fr=f"«\u00a0{service.name.fr}\u00a0» ne comprend pas la question ({status}).",
            en=f"“{service.name.en}” does not understand the question ({status}).",
        ),
        remedy=Words(
            fr=f"Écrivez-la autrement. {service.without.fr}",
            en=f"Put it differently. {service.without.en}",
        ),
    )


def _overwhelmed(service: Service, status: int, wait: float | None) -> Unavailable:
    if status == 429:
        code = "busy"
        reason = Words(
            fr=f"«\u00a0{service.name.fr}\u00a0» reçoit trop de questions.",
            en=f"“{service.name.en}” is asked too many questions.",
        )
    else:
        code = "failing"
        reason = Words(
            fr=f"«\u00a0{service.name.fr}\u00a0» est en panne ({status}).",
            en=f"“{service.name.en}” is out of order ({status}).",
        )
    return Unavailable(
        code, reason, remedy=_later(service, wait), wait=wait or 0, is_asked=wait is not None
    )


def _moved(service: Service, elsewhere: str) -> Unavailable:
    place = elsewhere[:80]
    return Unavailable(
        "moved",
        Words(
            fr=f"«\u00a0{service.name.fr}\u00a0» renvoie ailleurs{f' ({place})' if place else ''}, "
            "où l’instance ne va pas d’elle-même.",
            en=f"“{service.name.en}” sends elsewhere{f' ({place})' if place else ''}, "
            "where the instance does not go by itself.",
        ),
        remedy=_by_its_address(service),
    )


def _denied(service: Service) -> Unavailable:
    variable = service.key_variable or service.variable
    return Unavailable(
        "denied",
        Words(
            fr=f"«\u00a0{service.name.fr}\u00a0» refuse l’accès à cette instance.",
            en=f"“{service.name.en}” refuses access to this instance.",
        ),
        remedy=Words(
            fr=f"Son administrateur vérifie la variable {variable}. {service.without.fr}",
            en=f"Whoever runs the instance checks the variable {variable}. {service.without.en}",
        ),
    )


def _by_its_address(service: Service) -> Words:
    return Words(
        fr=f"L’administrateur de l’instance vérifie la variable {service.variable}. {service.without.fr}",
        en=f"Whoever runs the instance checks the variable {service.variable}. {service.without.en}",
    )


def _later(service: Service, wait: float | None = None) -> Words:
    seconds = ceil(wait or 0)
    fr, en = (f"dans {seconds}\u00a0s", f"in {seconds} s") if seconds else ("plus tard", "later")
    return Words(
        fr=f"Réessayez {fr}. {service.without.fr}", en=f"Try again {en}. {service.without.en}"
    )
