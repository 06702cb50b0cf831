"""Publishing the observatory of a territory: what a stock says of it, and where the partners went."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from maillage import figures, ledger, places
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.figures import Filter, Question
from maillage.figures.models import Publication, StockVintage
from maillage.figures.observations import guarding
from maillage.kernel.errors import Invalid
from maillage.kernel.identifiers import uuid7
from maillage.kernel.text import Words
from maillage.observatory.observed import WENT, days_of, subject_of
from maillage.places.perimeters import Perimeter


def publish(
    *, territory: str, vintage: StockVintage, by: Actor, once: str, reason: str = ""
) -> Publication:
    """Make public what a vintage says of a territory, with where the partners went in the same days.

    Raises:
        Invalid: nothing of that territory was loaded, or a revision does not say why.
    """
    perimeter = require_loaded(vintage, territory)
    subject, period = subject_of(perimeter.siren), days_of(vintage)
    guarding.protect_again(vintage, perimeter.siren)
    with ledger.standstill():
        return figures.publish(
            subject=subject,
            questions=[Question(WENT, Filter(territory=perimeter.siren), period, "commune")],
            period=period,
            by=by,
            once=once,
            revises=Publication.objects.about(subject).first(),
            reason=reason,
            vintage=vintage,
        )


def require_loaded(vintage: StockVintage, territory: str) -> Perimeter:
    """The territory as it was at the end of a vintage, when it was loaded for it.

    Raises:
        Invalid: nothing of that territory was loaded, or not to the end.
    """
    perimeter = places.perimeter(territory, vintage.as_of)
    if perimeter.siren not in vintage.territories or vintage.loaded_at is None:
        raise Invalid(
            Words(f"Rien n’est chargé de {perimeter.name}.", f"Nothing is loaded of {perimeter.name}."),
            remedy=Words("Lancez maillage build_observatory pour ce territoire.",
                         "Run maillage build_observatory for this territory."),
        )  # fmt: skip
    return perimeter


def publish_named(territory: str, organisation: str, reason: str) -> dict[str, Any]:
    """Publish the newest stock loaded of a territory in the name of a partner, as a terminal asks it.

    Raises:
        Invalid: no such partner, or nothing is loaded of that territory.
    """
    named = (
        Q(siren=organisation) | Q(name__iexact=organisation) | Q(short_name__iexact=organisation)
    )
    partner = Organisation.objects.filter(named, is_active=True).first() if organisation else None
    if partner is None:
        raise Invalid(
            Words(
                f"Aucun partenaire ne s’appelle «\u00a0{organisation}\u00a0».",
                f"No partner is called “{organisation}”.",
            ),
            remedy=Words("Donnez son SIREN ou son nom.", "Give its SIREN or its name."),
        )
    made = publish(
        territory=territory,
        vintage=_newest_vintage(),
        by=System("published at the terminal", organisation=partner),
        once=str(uuid7()),
        reason=reason,
    )
    return {
        "key": str(made.key),
        "subject": made.subject,
        "period": f"{made.period_start}..{made.period_end}",
        "digest": made.digest,
        "cells": made.observed().count(),
    }


def _newest_vintage() -> StockVintage:
    vintage = StockVintage.objects.filter(loaded_at__isnull=False).order_by("-as_of", "-pk").first()
    if vintage is None:
        raise Invalid(
            Words("Aucun stock n’est chargé.", "No stock is loaded."),
            remedy=Words("Lancez maillage build_observatory.", "Run maillage build_observatory."),
        )
    return vintage
