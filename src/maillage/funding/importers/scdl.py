"""Grants that a community publishes in the schema «subventions» (SCDL), of any version, with the headers it used.

What is certain is read; the rest is refused, line by line, to be set right on screen. A file that tells the same lines as
one before says nothing new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from django.urls import reverse

from maillage.funding import actions
from maillage.funding.models import PublishedGrant
from maillage.funding.scdl.fields import FIELDS, Field
from maillage.kernel import cells
from maillage.kernel.rows import BadCell, Column, Importer, Option, Row, Run
from maillage.kernel.text import Words
from maillage.places import fold

SOURCE = "published_grants"
# Without these no line tells who had what, and when. The name of the funder and its number may be asked instead.
_NEEDED = frozenset(
    ("nomAttribuant", "idAttribuant", "dateConvention", "nomBeneficiaire", "montant")
)
_FUNDER = {"nomAttribuant": "funder_name", "idAttribuant": "funder"}


def _column(one: Field, given: Mapping[str, str]) -> Column:
    asked = one.name in _FUNDER and bool(given.get(_FUNDER[one.name]))
    needed = one.name in _NEEDED and not asked
    return Column(
        one.name, one.words, one.read, one.aliases, needed=needed, may_be_blank=not needed
    )


def columns(given: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns of a file, once it is known whether its funder was told apart."""
    return tuple(_column(one, given) for one in FIELDS)


def grant_of(row: Row, given: Mapping[str, str]) -> PublishedGrant:
    """A line of a file, as it is kept."""
    found = PublishedGrant(
        number=row.line,
        funder_name=row["nomAttribuant"] or given.get("funder_name", ""),
        funder_siret=row["idAttribuant"] or given.get("funder", ""),
        agreed_on=row["dateConvention"],
        reference=row["referenceDecision"] or "",
        beneficiary_name=row["nomBeneficiaire"],
        beneficiary_siret=row["idBeneficiaire"] or "",
        beneficiary_rna=row["rnaBeneficiaire"] or "",
        purpose=row["objet"] or "",
        amount_cents=row["montant"],
        share=row["pourcentageSubvention"],
        nature=row["nature"] or "",
        conditions=row["conditionsVersement"] or "",
        period=row["datesPeriodeVersement"] or "",
        rae=row["idRAE"] or "",
        is_notified=row["notificationUE"],
        scheme=row["dispositifAide"] or "",
    )
    found.mark = mark_of(found)
    told = (found.beneficiary_name, found.funder_name, found.purpose, found.beneficiary_siret)
    found.haystack = fold(" ".join(told))
    return found


def mark_of(grant: PublishedGrant) -> str:
    """The same for the same grant told again, whatever the case and accents of its names."""
    told = (
        grant.funder_siret, grant.agreed_on, grant.reference, grant.beneficiary_siret or grant.beneficiary_rna,
        fold(grant.beneficiary_name), fold(grant.purpose), grant.amount_cents, grant.share, grant.period,
    )  # fmt: skip
    return sha256(repr([str(one) for one in told]).encode()).hexdigest()


def diff(rows: Sequence[Row], run: Run) -> list[str | BadCell]:
    """Whether each line is new or known already; why it cannot be taken."""
    grants = [grant_of(row, run.given) for row in rows]
    known = actions.taken(one.mark for one in grants)
    return [
        BadCell("idBeneficiaire", "no_beneficiary")
        if not (one.beneficiary_siret or one.beneficiary_rna)
        else "unchanged"
        if one.mark in known
        else "new"
        for one in grants
    ]


def apply(rows: Sequence[Row], run: Run) -> None:
    """Write the lines of a chunk; nobody sees them yet."""
    actions.take_grants(load=run.load, grants=[grant_of(row, run.given) for row in rows])


IMPORTER = Importer(
    name=SOURCE,
    words=Words("Subventions publiées (SCDL)", "Published grants (SCDL)"),
    about=Words(
        "La liste des subventions qu’une collectivité publie (schéma SCDL «\u00a0subventions\u00a0», de la version 1.1 à la "
        "2.1.1), une ligne par subvention et par bénéficiaire.",
        "The list of grants that a community publishes (SCDL schema “subventions”, versions 1.1 to 2.1.1), one line a "
        "grant and a beneficiary.",
    ),
    columns=columns({}),
    prepare=columns,
    diff=diff,
    apply=apply,
    discard=lambda run: actions.drop_grants(load=run.load),
    identity=lambda row: tuple(sorted((name, text.strip()) for name, text in row.texts.items())),
    leads_to=lambda run: f"{reverse('funding:grants')}?fichier={run.load}",
    options=(
        Option(
            "funder",
            Words("SIRET de l’attribuant", "SIRET of the funder"),
            Words(
                "Quand le fichier ne le dit pas à chaque ligne.",
                "When the file does not say it on each line.",
            ),
            cells.siret,
        ),
        Option(
            "funder_name",
            Words("Nom de l’attribuant", "Name of the funder"),
            Words(
                "Quand le fichier ne le dit pas à chaque ligne.",
                "When the file does not say it on each line.",
            ),
            cells.text(300),
        ),
    ),
    kinds={
        "new": Words("Subventions nouvelles", "New grants"),
        "unchanged": Words("Déjà connues", "Known already"),
    },
    reasons={
        "negative_amount": Words(
            "le montant est négatif\u00a0: une subvention reprise se dit par une nouvelle décision, retirez la ligne ou son signe",
            "the amount is negative: what is taken back is told by another decision, take the line or its sign out",
        ),
        "rna": Words(
            "ce n’est pas un numéro RNA\u00a0: la lettre W et neuf chiffres",
            "this is no RNA number: the letter W and nine digits",
        ),
        "share": Words(
            "la part n’est pas entre 0 et 1\u00a0: la moitié s’écrit 0,5 ou 50\u00a0%",
            "the share is not between 0 and 1: half is written 0.5 or 50 %",
        ),
        "period": Words(
            "ce n’est pas un jour ni deux\u00a0: écrivez 2020-06-30 ou 2020-06-30/2021-06-30",
            "this is neither a day nor two: write 2020-06-30 or 2020-06-30/2021-06-30",
        ),
        "no_beneficiary": Words(
            "ni SIRET ni numéro RNA\u00a0: rien ne dit qui a reçu la subvention, ajoutez l’un des deux",
            "neither SIRET nor RNA number: nothing says who had the grant, add one of them",
        ),
    },
)  # fmt: skip
