"""Services as data·inclusion (schema v1) tells of them: one object each, JSON or a table.

A service whose structure is not loaded yet is taken: its provider is named once its structure comes.
"""

from __future__ import annotations

import re

from maillage.catalogue.actions import Told
from maillage.catalogue.conditions import Conditions
from maillage.catalogue.content import Content
from maillage.catalogue.importers import inclusion, structures, told as share
from maillage.catalogue.importers.structures import ADDRESS, CONTACT, address_of, optional
from maillage.catalogue.vocabulary import Sort
from maillage.kernel import cells
from maillage.kernel.rows import BadCell, Column, Row
from maillage.kernel.text import Words

SOURCE = "di_services"
WHOLE_COUNTRY = "FRANCE"


def topics(cell: str) -> tuple[str, ...]:
    """Topics of the schema, `family--topic`."""
    found = share.several(cell)
    for one in found:
        if not inclusion.is_topic(one):
            raise BadCell("", "unknown_word", one)
    return found


def zone(cell: str) -> tuple[str, ...]:
    """Areas of the official geographic code, or the whole country."""
    told = share.several(cell)
    return tuple(
        WHOLE_COUNTRY if one.upper() in {WHOLE_COUNTRY, "FR"} else share.area(one) for one in told
    )


def _asks(row: Row) -> Conditions:
    zones = row["zone_eligibilite"] or ()
    told_topics = row["thematiques"] or ()
    everywhere = WHOLE_COUNTRY in zones
    return Conditions(
        everywhere=everywhere,
        areas=() if everywhere else zones,
        moments=tuple(
            dict.fromkeys(
                moment.value for one in told_topics if (moment := inclusion.MOMENTS.get(one))
            )
        ),
        other=" ".join(filter(None, (_publics(row), row["conditions_acces"]))),
    )


def _publics(row: Row) -> str:
    told = row["publics"] or ()
    if not told or inclusion.EVERYBODY & set(told):
        return row["publics_precisions"] or ""
    named = ", ".join(inclusion.PUBLICS[one] for one in told)
    return f"Publics\u00a0: {named}. {row['publics_precisions'] or ''}".strip()


def _how(row: Row) -> str:
    ways = ", ".join(inclusion.WAYS[one] for one in row["modes_mobilisation"] or ())
    parts = (ways, row["mobilisation_precisions"], row["horaires_accueil"])
    return "\n".join(filter(None, parts))


def _topics(told: tuple[str, ...]) -> str:
    """Topics as they are read: without their family, bars made blanks."""
    return ", ".join(re.sub("-+", " ", one.partition("--")[2]) for one in told)[:1000]


def _told(row: Row) -> Told:
    told_topics = row["thematiques"] or ()
    families = {one.partition("--")[0] for one in told_topics}
    content = Content(
        title=row["nom"],
        told_on=row["date_maj"],
        told_by=row["source"],
        description=row["description"],
        nature=inclusion.TYPES.get(row["type"] or "", ""),
        provider_name=row["structure_nom"] or "",
        how=_how(row),
        fees=row["frais"] or "",
        fees_told=row["frais_precisions"] or "",
        contact_name=row["contact_nom_prenom"] or "",
        phone=row["telephone"] or "",
        email=row["courriel"] or "",
        address=address_of(row),
        link=row["lien_mobilisation"] or row["lien_source"] or "",
        themes=tuple(sorted(inclusion.THEMES[one] for one in families & set(inclusion.THEMES))),
        topics=_topics(told_topics),
        asks=_asks(row),
    )
    return Told(source_id=row["id"], content=content, provider_id=row["structure_id"])


IMPORTER = share.importer(
    SOURCE,
    Sort.SERVICE,
    _told,
    providers=structures.SOURCE,
    words=Words("Services data·inclusion", "Services of data·inclusion"),
    about=Words(
        "Les services d’un fichier data·inclusion (schéma v1), une fiche chacun. Ce qu’une personne a écrit d’une fiche "
        "reste tant que le fichier ne dit rien de nouveau.",
        "The services of a data·inclusion file (schema v1), an entry each. What a person wrote of an entry stays as long "
        "as the file says nothing new.",
    ),
    columns=(
        Column("source", Words("Source", "Source"), cells.text(100)),
        Column("structure_id", Words("Structure", "Structure"), cells.text(200)),
        Column("id", Words("Identifiant", "Identifier"), cells.text(200)),
        Column("nom", Words("Nom", "Name"), share.prose(3, 150)),
        Column("description", Words("Description", "Description"), share.prose(5, 10_000)),
        Column("date_maj", Words("Date de mise à jour", "Day of update"), cells.day),
        optional("structure_nom", Words("Nom de la structure", "Name of the structure"), cells.text(200), "structure.nom"),
        optional("type", Words("Type de service", "Type of service"), cells.one_of({v: v for v in inclusion.TYPES})),
        optional("thematiques", Words("Thématiques", "Topics"), topics),
        optional("zone_eligibilite", Words("Zone d’éligibilité", "Eligible area"), zone),
        optional("publics", Words("Publics", "Publics"), share.among(inclusion.PUBLICS)),
        optional("publics_precisions", Words("Précisions sur les publics", "About the publics"), share.prose(0, 2_000)),
        optional("conditions_acces", Words("Conditions d’accès", "Conditions of access"), share.prose(0, 5_000)),
        optional("frais", Words("Frais", "Fees"), cells.one_of(inclusion.FEES)),
        optional("frais_precisions", Words("Précisions sur les frais", "About the fees"), cells.text(300)),
        optional("modes_mobilisation", Words("Comment demander", "How to ask"), share.among(inclusion.WAYS)),
        optional("mobilisation_precisions", Words("Précisions sur la demande", "About asking"), share.prose(0, 5_000)),
        optional("contact_nom_prenom", Words("Interlocuteur", "Who answers"), cells.text(150)),
        *CONTACT,
        *ADDRESS,
        optional("lien_mobilisation", Words("Lien pour demander", "Link to ask"), share.link),
        optional("lien_source", Words("Lien dans la source", "Link in the source"), share.link),
        optional("horaires_accueil", Words("Horaires d’accueil", "Opening hours"), cells.text(500)),
    ),
    identity=lambda row: row["id"],
    reasons=structures.REASONS,
)  # fmt: skip
