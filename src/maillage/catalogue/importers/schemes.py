"""Schemes for professionals («dispositif-aide-professionnels», schema v0.2.0 of Etalab): a table, one line each.

What the schema says in codes becomes conditions; what it says in words is told as «other conditions», to be asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from maillage.catalogue.actions import Told
from maillage.catalogue.conditions import Conditions
from maillage.catalogue.content import Content
from maillage.catalogue.importers import told as share
from maillage.catalogue.importers.legal import FORMS, SECTIONS
from maillage.catalogue.importers.structures import optional
from maillage.catalogue.vocabulary import Sort
from maillage.kernel import cells
from maillage.kernel.identifiers import luhn
from maillage.kernel.rows import BadCell, Column, Row, folded
from maillage.kernel.text import Words

SOURCE = "aid_schemes"
_TARGETS = {"professionnels": "", "particuliers": "", "associations": "", "secteur public": ""}
_FOR_FIRMS = frozenset({"professionnels", "associations"})
_PLACE = re.compile(r"(PAYS|REG|DEP|COM|EPCI)-(\w{2,9})", re.ASCII)
_NAF = re.compile(r"[A-U]|\d{2}(\.\d(\d([A-Z])?)?)?", re.ASCII)
_SIZES = {"MIC": "micro-entreprise", "PME": "PME", "ETI": "ETI", "GE": "grande entreprise"}
_NAMED = re.compile(r"""['"]?nom['"]?\s*:\s*(?:"([^"]+)"|'((?:[^'\\]|'(?!\s*[,}]))+)')""")
_NUMBERED = re.compile(r"""['"]?siren['"]?\s*:\s*['"]?([\d\s]{9,14})""")
FRANCE = "PAYS-99100"


def identifier(cell: str) -> str:
    """The UUID of a scheme, as its first publisher made it."""
    try:
        return str(UUID(cell.strip()))
    except ValueError as fault:
        raise BadCell("", "uuid", cell.strip()) from fault


def targets(cell: str) -> tuple[str, ...]:
    """Whom it is for: firms or associations among others.

    Raises:
        BadCell: a word that the schema does not have, or nobody of ours.
    """
    found = share.among(_TARGETS)(cell)
    if not _FOR_FIRMS & set(found):
        raise BadCell("", "not_for_firms", cell.strip())
    return found


def places(cell: str) -> tuple[str, ...]:
    """Areas written `REG-32|DEP-59|COM-59350`; the whole country is `PAYS-99100`."""
    return tuple(map(_place, share.several(cell)))


def places_out(cell: str) -> tuple[str, ...]:
    """Areas left out, of which the whole country is none."""
    found = places(cell)
    if FRANCE in found:
        raise BadCell("", "place", FRANCE)
    return found


def _place(code: str) -> str:
    match = _PLACE.fullmatch(code.upper())
    if match is None:
        raise BadCell("", "place", code)
    sort, number = match.groups()
    if sort == "PAYS":
        if number != FRANCE.removeprefix("PAYS-"):
            raise BadCell("", "place", code)
        return FRANCE
    return share.area(f"R{number}" if sort == "REG" else number)


def activities(cell: str) -> tuple[str, ...]:
    """Codes of NAF of any level; a section becomes its divisions."""
    found: list[str] = []
    for one in share.several(cell):
        if not _NAF.fullmatch(one):
            raise BadCell("", "naf", one)
        found += SECTIONS.get(one, (one,))
    return tuple(dict.fromkeys(found))


def sizes(cell: str) -> tuple[str, ...]:
    """Categories of size as INSEE defines them."""
    return share.among(_SIZES)(cell)


@dataclass(frozen=True, slots=True)
class Provider:
    """Who carries a scheme."""

    name: str
    siren: str = ""


def provider(cell: str) -> Provider:
    """The first of those who carry it, however the list is written (JSON, or with single quotes).

    Raises:
        BadCell: nobody is named.
    """
    told = _as_json(cell)
    if told is not None:
        first = next((one for one in told if isinstance(one, dict) and one.get("nom")), None)
        if first is None:
            raise BadCell("", "nobody_named", cell)
        return Provider(str(first["nom"])[:200], _siren(str(first.get("siren") or "")))
    if "{" not in cell and "[" not in cell:
        return Provider(cells.text(200)(cell))
    if not (named := _NAMED.search(cell)):
        raise BadCell("", "nobody_named", cell)
    numbered = _NUMBERED.search(cell)
    return Provider((named[1] or named[2]).strip()[:200], _siren(numbered[1] if numbered else ""))


def _as_json(cell: str) -> list[Any] | None:
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else [found] if isinstance(found, dict) else None


def _siren(text: str) -> str:
    bare = re.sub(r"\s", "", text)
    return bare if len(bare) == 9 and bare.isdigit() and luhn(bare) else ""


def _asks(row: Row) -> Conditions:
    inside, forms = row["eligibilite_geographique"], _forms(row["eligibilite_forme_juridique"])
    out = _forms(row["eligibilite_forme_juridique_exclusions"])
    everywhere = FRANCE in inside
    return Conditions(
        valid_from=row["date_ouverture"],
        valid_until=row["date_cloture"],
        everywhere=everywhere,
        areas=() if everywhere else inside,
        areas_out=row["eligibilite_geographique_exclusions"] or (),
        activities=row["ciblage_naf"] or (),
        activities_out=row["ciblage_naf_exclusions"] or (),
        is_priority=bool(row["ciblage_naf"]),
        headcount_min=row["eligibilite_effectif_minimal"],
        headcount_max=row["eligibilite_effectif_maximal"],
        legal_forms=forms.codes,
        legal_forms_out=out.codes,
        age_min=row["eligibilite_annees_existence_minimal"],
        other=_other(row, forms, out),
    )


@dataclass(frozen=True, slots=True)
class _Forms:
    """Legal forms in codes; in words when one of them has no code of its own."""

    codes: tuple[str, ...] = ()
    words: str = ""


def _forms(told: Sequence[str] | None) -> _Forms:
    found = [FORMS.get(folded(one)) for one in told or ()]
    if None in found:
        return _Forms(words=", ".join(told or ()))
    return _Forms(tuple(dict.fromkeys(code for codes in found for code in codes or ())))


def _other(row: Row, forms: _Forms, out: _Forms) -> str:
    parts = [row["eligibilite"]]
    if sizes_told := row["eligibilite_categorie_taille_entreprise"]:
        parts.append("Taille\u00a0: " + ", ".join(_SIZES[one] for one in sizes_told) + ".")
    if forms.words:
        parts.append(f"Formes juridiques\u00a0: {forms.words}.")
    if out.words:
        parts.append(f"Formes juridiques exclues\u00a0: {out.words}.")
    sectors = row["ciblage_secteur_activite"]
    if not folded(sectors).startswith("toussecteurs") and not row["ciblage_naf"]:
        parts.append(f"Secteurs\u00a0: {sectors.replace('|', ', ')}.")
    return "\n".join(parts)


def _told(row: Row) -> Told:
    carrier: Provider = row["porteurs"]
    content = Content(
        title=row["titre"],
        told_on=row["date_mise_a_jour"],
        told_by=carrier.name[:100],
        summary=row["promesse"] or "",
        description=row["description"],
        nature=", ".join(row["types_aides"])[:200],
        provider_name=carrier.name,
        provider_siren=carrier.siren,
        link=row["url_source"] or "",
        topics=(row["programmes_parents"] or "").replace("|", ", ")[:1000],
        asks=_asks(row),
    )
    return share.checked(Told(source_id=row["id"], content=content), _COLUMNS_OF)


#: In which column each field that may not hold together stands.
_COLUMNS_OF: Mapping[str, str] = {
    "headcount_max": "eligibilite_effectif_maximal",
    "valid_until": "date_cloture",
}
_REASONS = {
    "uuid": Words(
        "cet identifiant n’est pas un UUID\u00a0: reprenez celui du porteur, ou faites-en un",
        "this identifier is no UUID: take that of the provider, or make one",
    ),
    "not_for_firms": Words(
        "ce dispositif ne s’adresse ni aux professionnels ni aux associations\u00a0: retirez la ligne",
        "this scheme is neither for professionals nor for associations: remove the line",
    ),
    "place": Words(
        "un territoire s’écrit PAYS-99100, REG-32, DEP-59, EPCI-200093201 ou COM-59350",
        "an area is written PAYS-99100, REG-32, DEP-59, EPCI-200093201 or COM-59350",
    ),
    "naf": Words(
        "ce n’est pas un code NAF\u00a0: A, 55, 56.1, 74.10 ou 10.11Z",
        "this is no NAF code: A, 55, 56.1, 74.10 or 10.11Z",
    ),
    "nobody_named": Words(
        'aucun porteur n’est nommé\u00a0: [{"nom": "…", "siren": "…", "roles": ["…"]}]',
        'nobody who carries it is named: [{"nom": "…", "siren": "…", "roles": ["…"]}]',
    ),
}
_HEADCOUNT = cells.integer(0, 1_000_000)

IMPORTER = share.importer(
    SOURCE,
    Sort.SCHEME,
    _told,
    words=Words("Dispositifs d’aide aux professionnels", "Schemes for professionals"),
    about=Words(
        "Un tableau au schéma «\u00a0dispositif-aide-professionnels\u00a0» (Etalab), une ligne par dispositif. Ce qui est en "
        "codes se vérifie sur l’entreprise\u00a0; ce qui est en mots reste à demander.",
        "A table of the “dispositif-aide-professionnels” schema (Etalab), one line a scheme. What is in codes is checked "
        "on the firm; what is in words remains to be asked.",
    ),
    columns=(
        Column("id", Words("Identifiant", "Identifier"), identifier),
        Column("titre", Words("Titre", "Title"), cells.text(200)),
        optional("promesse", Words("Promesse", "Promise"), cells.text(180)),
        Column("description", Words("Description", "Description"), share.prose(0, 5_000)),
        Column("eligibilite", Words("Éligibilité", "Eligibility"), share.prose(0, 20_000)),
        Column("types_aides", Words("Types d’aides", "Types of help"), share.several),
        Column("porteurs", Words("Porteurs", "Providers"), provider),
        optional("programmes_parents", Words("Programmes parents", "Parent programmes"), cells.text(1_000)),
        optional("url_source", Words("Lien", "Link"), share.link),
        Column("cibles", Words("Cibles", "Targets"), targets),
        Column("eligibilite_geographique", Words("Territoires", "Areas"), places),
        optional("eligibilite_geographique_exclusions", Words("Territoires exclus", "Areas left out"), places_out),
        optional("date_ouverture", Words("Ouverture", "Opens on"), cells.day),
        optional("date_cloture", Words("Clôture", "Closes on"), cells.day),
        Column("date_mise_a_jour", Words("Mise à jour", "Updated on"), cells.day),
        optional("eligibilite_effectif_minimal", Words("Effectif minimal", "Least headcount"), _HEADCOUNT),
        optional("eligibilite_effectif_maximal", Words("Effectif maximal", "Most headcount"), _HEADCOUNT),
        optional("eligibilite_categorie_taille_entreprise", Words("Catégories de taille", "Categories of size"), sizes),
        optional("eligibilite_annees_existence_minimal", Words("Années d’existence", "Years of existence"), cells.integer(0, 200)),
        optional("eligibilite_forme_juridique", Words("Formes juridiques", "Legal forms"), share.several),
        optional("eligibilite_forme_juridique_exclusions", Words("Formes juridiques exclues", "Legal forms left out"), share.several),
        Column("ciblage_secteur_activite", Words("Secteurs d’activité", "Sectors"), cells.text(2_000)),
        optional("ciblage_naf", Words("Codes NAF", "NAF codes"), activities),
        optional("ciblage_naf_exclusions", Words("Codes NAF exclus", "NAF codes left out"), activities),
    ),
    identity=lambda row: row["id"],
    reasons=_REASONS,
)  # fmt: skip
