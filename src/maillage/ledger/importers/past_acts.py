"""An existing spreadsheet of visits, needs or grants, mapped column by column to kinds of acts.

The day goes to `occurred_on`, the instant of the load to `recorded_at`: the past is not rewritten. A firm is
found by its SIRET, or by its name within its commune; a name that is not exactly one firm's goes to a
review list, with the nearest firm offered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from maillage import places, register
from maillage.kernel import clock
from maillage.kernel.rows import BadCell, Column, Importer, Option, Row, Run
from maillage.kernel.text import Words
from maillage.ledger import past, themes
from maillage.ledger.mapping import Mapped, understood
from maillage.ledger.past import PastFacts

Places = Mapping[str, int]


def _columns(given: Mapping[str, str]) -> tuple[Column, ...]:
    return understood(given["mapping"]).columns


def diff(rows: Sequence[Row], run: Run) -> list[str | BadCell]:
    """Whether each act is new or already there; why it cannot be taken over, or has to be reviewed."""
    facts = _facts(rows, run)
    known = past.taken([one for one in facts if isinstance(one, PastFacts)], run.by)
    return [
        one if isinstance(one, BadCell) else _kind(row, one, known)
        for row, one in zip(rows, facts, strict=True)
    ]


def _kind(row: Row, facts: PastFacts, known: set[str]) -> str:
    if facts.fingerprint in known:
        return "unchanged"
    by_name = facts.establishment is not None and not row.cells.get("siret")
    return "by_name" if by_name else "new"


def apply(rows: Sequence[Row], run: Run) -> None:
    """Record the acts of a chunk."""
    facts = [one for one in _facts(rows, run) if isinstance(one, PastFacts)]
    past.take_over(load=run.load, facts=facts, person=run.person, by=run.by)


def _facts(rows: Sequence[Row], run: Run) -> list[PastFacts | BadCell]:
    mapped = understood(run.given["mapping"])
    sirets = register.establishments_by_siret(
        row.cells["siret"] for row in rows if row.cells.get("siret")
    )
    return [_of(row, mapped, sirets, run) for row in rows]


def _of(row: Row, mapped: Mapped, sirets: Places, run: Run) -> PastFacts | BadCell:
    cells = row.cells
    try:
        kind = mapped.kind_of(cells.get("kind"))
        firm = _firm(cells, sirets, run) if kind.subject == "establishment" else None
        if cells["occurred_on"] > clock.today():
            return BadCell("occurred_on", "day_to_come", row.texts.get("occurred_on", ""))
        return PastFacts(
            kind=kind,
            occurred_on=cells["occurred_on"],
            line=row.line,
            establishment=firm,
            commune=(_commune(cells) or "") if firm is None else "",
            theme=mapped.theme_of(cells.get("theme"), cells["occurred_on"]),
            amount_cents=cells.get("amount"),
            jobs_milli_fte=cells.get("jobs"),
            quantity=cells.get("quantity"),
            reference=cells.get("reference") or "",
        )
    except BadCell as fault:
        return fault


def _firm(cells: Mapping[str, Any], sirets: Places, run: Run) -> int:
    """The firm that a row speaks of.

    Raises:
        BadCell: the register knows no such firm, or its name has to be reviewed.
    """
    if siret := cells.get("siret"):
        if siret not in sirets:
            raise BadCell("siret", "firm_unknown", siret)
        return sirets[siret]
    name, commune = cells.get("name"), _commune(cells)
    if not name or not commune:
        raise BadCell("siret" if "siret" in cells else "name", "firm_unnamed")
    hits = register.search(name, commune=commune, actor=run.by, limit=3)
    exact = [hit for hit in hits if places.fold(hit.name) == places.fold(name)]
    if len(exact) == 1:
        return int(exact[0].establishment.pk)
    siret = next((hit.establishment.siret or "" for hit in exact or hits), "")
    code = "firm_to_review" if siret else "firm_not_found"
    raise BadCell("siret", code, name, suggest={"siret": siret} if siret else None)


def _commune(cells: Mapping[str, Any]) -> str | None:
    """The code of the commune that a cell names.

    Raises:
        BadCell: it names none, or several.
    """
    told = cells.get("commune")
    if not told:
        return None
    if len(told) == 5 and told[2:].isdecimal():
        return str(told).upper()
    folded = places.fold(told)
    found = places.Commune.objects.filter(search_name=folded, kind="commune")
    codes = list(found.values_list("code", flat=True)[:2])
    if len(codes) != 1:
        raise BadCell("commune", "commune_named", told)
    return str(codes[0])


IMPORTER = Importer(
    name="past_acts",
    words=Words("Actes passés", "Past acts"),
    about=Words(
        "Un tableau de visites, de besoins ou d’aides tenu avant cette instance, et la correspondance de ses colonnes.",
        "A table of visits, needs or grants kept before this instance, and how its columns are mapped.",
    ),
    prepare=_columns,
    diff=diff,
    apply=apply,
    undo=lambda run: past.cancel_some(load=run.load, by=run.by),
    options=(
        Option(
            "mapping",
            Words("Correspondance des colonnes", "How columns are mapped"),
            Words(
                "Un texte TOML\u00a0: la sorte d’acte, puis [columns] avec l’en-tête de chaque colonne, [kinds] et [themes] pour les mots du fichier.",
                "A TOML text: the kind of act, then [columns] with the header of each column, [kinds] and [themes] for the words of the file.",
            ),
            understood,
            needed=True,
            sort="lines",
        ),
    ),
    kinds={
        "new": Words("À reprendre", "To be taken over"),
        "by_name": Words("Reconnus par leur nom", "Recognised by name"),
        "unchanged": Words("Déjà repris", "Taken over already"),
    },
    reasons={
        "firm_unknown": Words(
            "le registre ne connaît pas ce SIRET\u00a0: vérifiez-le, ou chargez d’abord le registre",
            "the register does not know this SIRET: check it, or load the register first",
        ),
        "firm_unnamed": Words(
            "ni SIRET, ni nom avec sa commune\u00a0: complétez la ligne",
            "neither a SIRET nor a name with its commune: complete the row",
        ),
        "firm_to_review": Words(
            "à vérifier\u00a0: ce nom n’est pas exactement celui d’une entreprise de la commune, la plus proche est proposée",
            "to be reviewed: this name is not exactly one firm’s in the commune, the nearest is offered",
        ),
        "firm_not_found": Words(
            "aucune entreprise de la commune ne porte ce nom\u00a0: donnez son SIRET",
            "no firm of the commune bears this name: give its SIRET",
        ),
        "commune_named": Words(
            "ce nom n’est pas celui d’une seule commune\u00a0: donnez le code INSEE",
            "this name is not that of one commune: give the INSEE code",
        ),
        "theme_ended": themes.ENDED_WORDS,
        "mapping_toml": Words(
            "la correspondance n’est pas du TOML valide", "the mapping is no valid TOML"
        ),
        "mapping_table": Words(
            "cette partie de la correspondance doit être une table de textes",
            "this part of the mapping has to be a table of texts",
        ),
        "mapping_unknown": Words(
            "ces mots de la correspondance ne sont pas connus",
            "these words of the mapping are unknown",
        ),
        "mapping_needs": Words(
            "la correspondance doit dire au moins ceci", "the mapping has to say at least this"
        ),
        "mapping_kind": Words(
            "cette sorte d’acte ne se reprend pas d’un fichier",
            "this kind of act is not taken from a file",
        ),
    },
    common=False,
    chunk=500,
)
