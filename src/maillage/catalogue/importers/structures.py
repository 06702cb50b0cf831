"""Providers as data·inclusion (schema v1) tells of them: `structures`, one object each, JSON or a table."""

from __future__ import annotations

from maillage.catalogue.actions import Told
from maillage.catalogue.content import Content
from maillage.catalogue.importers import told as share
from maillage.catalogue.vocabulary import Sort
from maillage.kernel import cells
from maillage.kernel.rows import BadCell, Column, Row
from maillage.kernel.text import Words

SOURCE = "di_structures"


def siret(cell: str) -> str:
    """Fourteen digits, as the schema asks; a wrong check digit names no partner, and refuses no structure."""
    try:
        return cells.siret(cell)
    except BadCell as fault:
        if fault.code != "wrong_check_digit":
            raise
        return ""


def postcode(cell: str) -> str:
    """Five digits."""
    found = cell.strip()
    if not (len(found) == 5 and found.isdigit()):
        raise BadCell("", "postcode", found)
    return found


def optional(name: str, words: Words, read: object, *aliases: str) -> Column:
    """A column that may be absent, or blank."""
    return Column(name, words, read, aliases, needed=False, may_be_blank=True)  # type: ignore[arg-type]


ADDRESS = (
    optional("adresse", Words("Adresse", "Address"), cells.text(200)),
    optional("complement_adresse", Words("Complément d’adresse", "More address"), cells.text(100)),
    optional("code_postal", Words("Code postal", "Postcode"), postcode),
    optional("commune", Words("Commune", "Commune"), cells.text(80)),
    optional("code_insee", Words("Code Insee", "INSEE code"), cells.commune),
)
CONTACT = (
    optional("telephone", Words("Téléphone", "Telephone"), cells.text(40)),
    optional("courriel", Words("Courriel", "E-mail"), share.email),
)
REASONS = {
    "postcode": Words("un code postal a cinq chiffres", "a postcode has five digits"),
}


def address_of(row: Row) -> str:
    """The address of a line, in one, as long as an entry keeps it."""
    town = " ".join(filter(None, (row.cells.get("code_postal"), row.cells.get("commune"))))
    parts = (row.cells.get("adresse"), row.cells.get("complement_adresse"), town)
    return ", ".join(filter(None, parts))[:300]


def _told(row: Row) -> Told:
    content = Content(
        title=row["nom"],
        told_on=row["date_maj"],
        told_by=row["source"],
        description=row["description"] or "",
        provider_name=row["nom"],
        provider_siren=(row["siret"] or "")[:9],
        phone=row["telephone"] or "",
        email=row["courriel"] or "",
        address=address_of(row),
        link=row["site_web"] or row["lien_source"] or "",
        how=row["horaires_accueil"] or "",
    )
    return Told(source_id=row["id"], content=content)


IMPORTER = share.importer(
    SOURCE,
    Sort.PROVIDER,
    _told,
    words=Words("Structures data·inclusion", "Structures of data·inclusion"),
    about=Words(
        "Les structures d’un fichier data·inclusion (schéma v1)\u00a0: qui propose les services. À charger avant ou après eux.",
        "The structures of a data·inclusion file (schema v1): who provides the services. To be loaded before or after them.",
    ),
    columns=(
        Column("source", Words("Source", "Source"), cells.text(100)),
        Column("id", Words("Identifiant", "Identifier"), cells.text(200)),
        Column("nom", Words("Nom", "Name"), share.prose(3, 150)),
        Column("date_maj", Words("Date de mise à jour", "Day of update"), cells.day),
        optional("description", Words("Description", "Description"), share.prose(5, 10_000)),
        optional("siret", Words("SIRET", "SIRET"), siret),
        *ADDRESS,
        *CONTACT,
        optional("site_web", Words("Site web", "Website"), share.link),
        optional("lien_source", Words("Lien dans la source", "Link in the source"), share.link),
        optional("horaires_accueil", Words("Horaires d’accueil", "Opening hours"), cells.text(500)),
    ),
    identity=lambda row: row["id"],
    reasons=REASONS,
)
