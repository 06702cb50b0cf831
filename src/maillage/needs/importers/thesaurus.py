"""The thesaurus by file: one line a term, with the theme it speaks of, as `match_needs` reads it and as it is exported."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from maillage.kernel import cells, clock
from maillage.kernel.rows import BadCell, Column, Importer, Row, Run
from maillage.kernel.text import Words
from maillage.ledger import themes
from maillage.needs.matching.texts import plain
from maillage.needs.models import Term
from maillage.needs.models.needs import MACHINE
from maillage.needs.models.terms import TermQuerySet
from maillage.ui.csvout import free_text


def _theme(cell: str) -> str:
    """A theme by its code or by its words, in either language."""
    told = cell.strip()
    if (code := themes.by_name().get(told)) is None:
        raise BadCell("", "theme", told)
    if (taken := themes.taken(code, clock.today())) is None:
        raise BadCell("", "theme_ended", told)
    return taken


def _term(cell: str) -> str:
    """The words of a term, as they were before they left for a spreadsheet."""
    found = cells.text(200)(free_text(cell.strip()))
    if not plain(found):
        raise BadCell("", "term", found)
    return found


def _own(run: Run) -> TermQuerySet:
    every = Term.objects.visible_to(MACHINE)
    return every.filter(organisation=run.by.organisation)


def diff(rows: Sequence[Row], run: Run) -> list[str | BadCell]:
    """Whether each term is new, or kept already."""
    known = set(_own(run).standing().values_list("plain", "theme"))
    return ["unchanged" if (plain(row["term"]), row["theme"]) in known else "new" for row in rows]


def apply(rows: Sequence[Row], run: Run) -> None:
    """Write the new ones aside: they propose nothing before the load is taken."""
    told = diff(rows, run)
    Term.objects.bulk_create(
        [
            Term(
                organisation=run.by.organisation, term=row["term"], plain=plain(row["term"]), theme=row["theme"],
                made_at=clock.now(), made_by_id=run.person, load=run.load, is_active=False,
            )
            for row, kind in zip(rows, told, strict=True)
            if kind == "new"
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def activate(run: Run) -> None:
    """From now on they propose."""
    _own(run).filter(load=run.load, is_active=False).update(is_active=True)


def discard(run: Run) -> None:
    """What nobody took is as if never written."""
    _own(run).filter(load=run.load, is_active=False).delete()


def undo(run: Run) -> int:
    """Take out the terms of the load; those taken out since stay so."""
    _own(run).filter(load=run.load, ended_at=None).update(ended_at=clock.now())
    return 0


IMPORTER = Importer(
    name="thesaurus",
    words=Words("Thésaurus des besoins", "Thesaurus of needs"),
    about=Words(
        "Un tableau, une ligne par terme\u00a0: les mots des artisans et le thème dont ils parlent. Il s’ajoute aux termes "
        "gardés par votre organisation.",
        "A table, one row a term: the words of artisans and the theme they speak of. It adds to the terms that your "
        "organisation keeps.",
    ),
    columns=(
        Column("term", Words("Terme", "Term"), _term, aliases=("mots", "words")),
        Column("theme", Words("Thème", "Theme"), _theme, aliases=("code",)),
    ),
    diff=diff,
    apply=apply,
    activate=activate,
    discard=discard,
    undo=undo,
    leads_to=lambda _run: reverse("needs:terms"),
    identity=lambda row: (plain(row["term"]), row["theme"]),
    reasons={
        "theme": Words(
            "ce thème n’existe pas\u00a0: écrivez son code (online) ou son nom",
            "there is no such theme: write its code (online) or its name",
        ),
        "theme_ended": themes.ENDED_WORDS,
        "term": Words(
            "aucun mot\u00a0: écrivez ceux des artisans", "no word: write those of artisans"
        ),
    },
    common=False,
)
