"""A list of firms without their numbers, as an association keeps it: a table, one line a firm.

Its lines are written as they are told; once the load is active, they are compared with the register. A list loaded again
under its name adds the lines that it had not: what was decided on the others stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from hashlib import sha256

from django.db import transaction
from django.urls import reverse

from maillage.kernel import cells, clock
from maillage.kernel.rows import BadCell, Column, Importer, Option, Row, Run
from maillage.kernel.text import Words
from maillage.lists import actions, jobs
from maillage.lists.models import MACHINE, PartnerList
from maillage.places import fold
from maillage.register.erasing import Forgotten
from maillage.register.linking.lists import COLUMNS, LIST, tells

SOURCE = "partner_list"
# What makes a line the same as before: a new telephone or e-mail is no new firm.
_SAME = (
    "name", "sign", "first_name", "last_name", "number", "street", "postcode", "town", "commune_code", "siret",
)  # fmt: skip


def _day(cell: str) -> date:
    """The day of the list, which is not to come."""
    found = cells.day(cell)
    if found > clock.today():
        raise BadCell("", "day_to_come", cell.strip())
    return found


def _text(cell: str) -> str:
    return cells.text(120)(cell)


def _told(row: Row) -> dict[str, str]:
    return {name: str(value) for name, value in row.cells.items() if value}


def fingerprint(told: Mapping[str, str]) -> str:
    """The same for the same line, whatever its case and accents."""
    return sha256(repr([fold(told.get(name, "")) for name in _SAME]).encode()).hexdigest()


def _known(run: Run) -> PartnerList | None:
    lists = PartnerList.objects.visible_to(MACHINE)
    return lists.filter(
        organisation=run.by.organisation_id,
        holder=_text(run.given["holder"]),
        name=_text(run.given["list"]),
    ).first()


def _list(run: Run) -> PartnerList:
    return actions.list_of(
        holder=_text(run.given["holder"]), name=_text(run.given["list"]), by=run.by
    )  # fmt: skip


def diff(rows: Sequence[Row], run: Run) -> list[str | BadCell]:
    """Whether each line is new or on the list already; why it cannot be taken."""
    of, forgotten = _known(run), Forgotten()
    marks = [fingerprint(_told(row)) for row in rows]
    taken = actions.taken(of, marks) if of else set()
    kinds: list[str | BadCell] = []
    for row, mark in zip(rows, marks, strict=True):
        told = _told(row)
        if not tells(told):
            kinds.append(BadCell("name", "nobody"))
        elif told.get("siret", "")[:9] in forgotten:
            kinds.append(BadCell("siret", "erased"))
        else:
            kinds.append("unchanged" if mark in taken else "new")
    return kinds


def apply(rows: Sequence[Row], run: Run) -> None:
    """Write the lines of a chunk; nobody sees them yet."""
    told = [_told(row) for row in rows]
    lines = [
        actions.Told(row.line, fingerprint(one), one) for row, one in zip(rows, told, strict=True)
    ]
    day = _day(run.given["day"])
    actions.take_lines(of=_list(run), load=run.load, day=day, lines=lines)


def activate(run: Run) -> None:
    """The lines are known; a worker compares them with the register."""
    actions.ask_comparison(of=_list(run), load=run.load)
    transaction.on_commit(partial(jobs.compare.enqueue, run.load))


def _leads_to(run: Run) -> str:
    of = _known(run)
    return reverse("lists:list", args=[of.key]) if of else ""


def _column(one: Column) -> Column:
    if one.name == "name":
        return replace(one, needed=True, may_be_blank=True)
    return replace(one, needed=False)


IMPORTER = Importer(
    name=SOURCE,
    words=Words("Liste d’entreprises sans SIRET", "List of firms without SIRET"),
    about=Words(
        "Le tableau d’une association ou d’un partenaire, une ligne par entreprise\u00a0: son nom, et ce qu’il dit"
        " d’elle (enseigne, adresse, code postal, commune, téléphone, courriel…). Chaque ligne est ensuite cherchée"
        " dans le répertoire.",
        "The table of an association or a partner, one line a firm: its name, and what it tells of it (sign, address,"
        " postcode, town, telephone, e-mail…). Each line is then looked for in the register.",
    ),
    columns=tuple(_column(one) for one in COLUMNS),
    diff=diff,
    apply=apply,
    activate=activate,
    discard=lambda run: actions.drop_lines(load=run.load),
    undo=lambda run: actions.take_back(load=run.load, by=run.by),
    identity=lambda row: fingerprint(_told(row)),
    leads_to=_leads_to,
    options=(
        Option(
            "holder",
            Words("Qui tient la liste", "Who keeps the list"),
            Words("Le nom de l’association ou du partenaire.", "The name of the association or the partner."),
            _text,
            needed=True,
        ),
        Option(
            "list",
            Words("Nom de la liste", "Name of the list"),
            Words(
                "Le même d’une fois sur l’autre\u00a0: la liste se complète, ce qui est décidé reste.",
                "The same from one time to the next: the list is completed, what was decided stays.",
            ),
            _text,
            needed=True,
        ),
        Option(
            "day",
            Words("Date de la liste", "Date of the list"),
            Words("Le jour où elle a été arrêtée.", "The day on which it was drawn up."),
            _day,
            needed=True,
            sort="date",
        ),
        Option(
            "purpose",
            Words("Pour quoi faire", "What for"),
            Words(
                "Ce que le partenaire vous a permis d’en faire\u00a0: c’est montré avec chaque entreprise.",
                "What the partner let you do with it: it is shown with each firm.",
            ),
            cells.text(200),
            needed=True,
        ),
    ),
    kinds={
        "new": Words("Lignes nouvelles", "New lines"),
        "unchanged": Words("Déjà sur la liste", "On the list already"),
    },
    reasons={
        "nobody": LIST.reasons["nobody"],
        "erased": Words(
            "l’entreprise de ce SIRET a été effacée ici\u00a0: retirez cette ligne du fichier",
            "the firm of this SIRET was erased here: take this line out of the file",
        ),
    },
    common=False,
)  # fmt: skip
