"""What a firm reads of itself by its link: who it is, what was done, shared with whom, who looked.

It reads what the organisation that handed the link out may read, and no more: whoever hands a link out
could look through it (ADR 0018). Acts of others stand as the kind, the keeper and the month.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from maillage import ledger
from maillage.accounts import identity
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Access, Share
from maillage.accounts.rights import words
from maillage.accounts.roles import Role
from maillage.kernel.text import Words
from maillage.ledger import Act
from maillage.observatory.enterprise import Place, sheet_of
from maillage.post.models import Link
from maillage.register.models import FirmAccess, FirmRequest, LegalUnit, Objection
from maillage.ui import formats

SHOWN = 100
TOLD = System("a firm is told what is kept of it, by its link")


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done with the firm, and by whom."""

    what: str
    when: str
    who: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Shared:
    """What an organisation that did something with the firm lets another see, why, until when."""

    owner: str
    what: str
    to: str
    purpose: str
    until: date


@dataclass(frozen=True, slots=True)
class Looked:
    """An organisation of which somebody looked: when, at what."""

    at: datetime
    organisation: str
    why: str


@dataclass(frozen=True, slots=True)
class Side:
    """All that a firm reads of itself."""

    access: FirmAccess
    unit: LegalUnit
    places: Sequence[Place]
    done: Sequence[Done]
    shared: Sequence[Shared]
    looked: Sequence[Looked]
    requests: Sequence[FirmRequest]
    objection: Objection | None
    more: int = 0  # acts that are in the file and not on the page

    @property
    def tables(self) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
        """The same as tables, for a spreadsheet: name, header, rows."""
        yield (
            str(Words("etablissements", "establishments")),
            _named("siret", "nom|name", "adresse|address", "activite|activity", "etat|state"),
            [
                [p.siret, p.display_name, p.address, p.activity, p.state]
                for p in (place.establishment for place in self.places)
            ],
        )
        yield (
            str(Words("actes", "acts")),
            _named("jour_ou_mois|day_or_month", "acte|act", "par|by"),
            [[d.when, d.what, d.who] for d in self.done],
        )
        yield (
            str(Words("partages", "shares")),
            _named("par|by", "quoi|what", "avec|with", "pourquoi|why", "jusqu_au|until"),
            [[s.owner, s.what, s.to, s.purpose, s.until] for s in self.shared],
        )
        yield (
            str(Words("consultations", "accesses")),
            _named("instant", "organisation", "quoi|what"),
            [[one.at, one.organisation, one.why] for one in self.looked],
        )
        yield (
            str(Words("demandes", "requests")),
            _named(
                *("jour|day", "demande|request", "texte|text"),
                *("reponse_le|answered_on", "acceptee|accepted", "reponse|answer"),
            ),
            [
                [r.made_at, r.get_what_display(), r.said, r.answered_at, r.is_accepted, r.answer]
                for r in self.requests
            ],
        )


def _named(*columns: str) -> list[str]:
    """Names of columns in the reader's language, each written `French|English`."""
    return [str(Words(name.split("|")[0], name.split("|")[-1])) for name in columns]


def access_of(link: Link) -> FirmAccess | None:
    """What the link opens, while the firm has not been erased."""
    every = FirmAccess.objects.visible_to(TOLD)
    found = every.standing().select_related("legal_unit", "organisation")
    access = found.filter(key=link.subject).first()
    return None if access is None or access.legal_unit.is_erased else access


def side_of(access: FirmAccess, *, whole: bool = False) -> Side:
    """What the firm reads; the first acts only, unless it takes the whole with it."""
    unit = access.legal_unit
    sight = Actor(organisation=access.organisation, role=Role.OFFICER)
    acts = Act.objects.visible_to(TOLD)
    standing = acts.about(unit).effective().newest_first()
    told = list(standing if whole else standing[:SHOWN])
    every = FirmRequest.objects.visible_to(TOLD)
    return Side(
        access=access,
        unit=unit,
        places=sheet_of(unit, Actor()).places,
        done=[_done(entry) for entry in ledger.entries(told, sight)],
        shared=_shared(unit),
        looked=_looked(unit),
        requests=list(every.filter(legal_unit=unit, organisation__in=_answering(access))),
        objection=unit.objections.filter(until=None).first(),
        more=0 if whole else max(0, standing.count() - len(told)),
    )


def _answering(access: FirmAccess) -> list[int]:
    """Whose answers it reads here: the organisation of the link, and the one in charge of erasing."""
    return [access.organisation_id, identity.current().organisation_id or 0]


def _done(entry: ledger.Entry) -> Done:
    when = formats.day(entry.occurred_on) if entry.occurred_on else formats.month(entry.month)
    return Done(str(entry.kind), when, entry.keeper, entry.occurred_on)


def _shared(unit: LegalUnit) -> list[Shared]:
    """The shares that run of those who keep acts about it."""
    acts = Act.objects.visible_to(TOLD).about(unit)
    every = Share.objects.visible_to(TOLD)
    running = every.running().filter(owner__in=acts.order_by().values("keeper"))
    return [
        Shared(
            owner=str(share.owner),
            what=f"{words(share.resource)}, {share.get_sensitivity_display()}",
            to=str(share.to),
            purpose=share.purpose,
            until=share.until,
        )
        for share in running.select_related("owner", "to").order_by("owner__name", "to__name", "id")
    ]


def _looked(unit: LegalUnit) -> list[Looked]:
    """Who opened its sheet or read something confidential, by organisation, the latest first (T74)."""
    every = Access.objects.visible_to(TOLD)
    rows = every.about(unit.key).select_related("organisation").order_by("-at", "-id")[:SHOWN]
    return [Looked(row.at, str(row.organisation or "–"), row.reason) for row in rows]
