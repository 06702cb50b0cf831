"""A list that a structure hands in: a line a stage that somebody reached, under a pseudonym.

The key of a line is the person, the stage and the day: told again with another amount or commune, it replaces what the
structure had told; told again alike, it writes nothing. A line without token has no key: it is counted, and recognised by
all it says and its rank among equal lines. A deposit that corrects another takes back what it does not tell any more.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from maillage.accounts.roles import Role
from maillage.cohorts import actions, pepper
from maillage.cohorts.areas import commune_of, communes_told
from maillage.cohorts.choosing import corrected, programme_of
from maillage.cohorts.columns import COLUMNS, SIEVE
from maillage.cohorts.models import CohortLine, Programme
from maillage.cohorts.reasons import REASONS
from maillage.cohorts.vocabulary import MONEY, Stage
from maillage.kernel import cells, clock
from maillage.kernel.rows import BadCell, Importer, Option, Row, Run, folded
from maillage.kernel.text import Words

SOURCE = "cohort"
_WHOLE = ("etape", "date", "montant", "commune", "code_postal", "qpv", "siret")


def _said(row: Row) -> tuple[str, ...]:
    """Person, stage and day; all that is said, of a line without token."""
    if row["jeton"]:
        return (row["jeton"], folded(row["etape"]), str(row["date"]))
    return tuple(str(row.cells.get(name)) for name in _WHOLE)


class _Reader:
    """What the lines of a chunk mean to a programme."""

    def __init__(self, programme: Programme, rows: Sequence[Row]) -> None:
        self.programme = programme
        self.stages = {word: stage for stage in programme.stages for word in stage.spellings}
        self.communes = communes_told(row.cells.get("commune") or "" for row in rows)
        self.met: set[tuple[str, str, str]] = set()

    def told(self, row: Row) -> actions.Told | BadCell:
        """A line understood, or why it cannot be."""
        try:
            return self._told(row)
        except BadCell as fault:
            return fault

    def _told(self, row: Row) -> actions.Told:
        stage = self.stages.get(folded(row["etape"]))
        if stage is None:
            raise BadCell("etape", "unknown_stage")
        if row["date"] > clock.today():
            raise BadCell("date", "day_to_come")
        self._check_marks(row)
        lent = stage.counts_as in MONEY
        if lent and row.cells.get("montant") is None:
            raise BadCell("montant", "amount_needed")
        told = row["jeton"] or repr((*_said(row), row.rank))
        digest = pepper.digest(told, self.programme.key)
        if row["jeton"]:
            self._check_new(digest, stage, row)
        return actions.Told(
            number=row.line,
            digest=digest if row["jeton"] else "",
            alike="" if row["jeton"] else digest,
            stage=stage.code,
            counts_as=stage.counts_as,
            on=row["date"],
            amount_cents=row.cells.get("montant") if lent else None,
            commune=commune_of(
                row.cells.get("commune"), row.cells.get("code_postal"), self.communes
            ),
            in_qpv=row.cells.get("qpv"),
            siret=row.cells.get("siret") or "",
        )

    def _check_new(self, digest: str, stage: Stage, row: Row) -> None:
        """That no line above says the same stage of the same person and day in other words (`Accueil`, `Welcome`)."""
        key = (digest, stage.code, str(row["date"]))
        if key in self.met:
            raise BadCell("", "duplicate")
        self.met.add(key)

    def _check_marks(self, row: Row) -> None:
        """That the token was made as the others of the programme were: under its key, by its recipe."""
        made, by = row.cells.get("cle"), row.cells.get("recette")
        if row["jeton"] and not made:
            raise BadCell("cle", "no_key_told")
        if made and made != self.programme.fingerprint:
            raise BadCell("cle", "other_key")
        if by and by != str(self.programme.recipe):
            raise BadCell("recette", "other_recipe")


def _kind(told: actions.Told, standing: CohortLine | None) -> str:
    if standing is None:
        return "new"
    return "unchanged" if told.says_as(standing) else "changed"


def diff(rows: Sequence[Row], run: Run) -> list[str | BadCell]:
    """Whether each line is new, replaces what the structure told, or says nothing new; why it cannot be taken."""
    programme = programme_of(run.by, run.given)
    corrected(run.by, run.given, programme)
    reader = _Reader(programme, rows)
    told = [reader.told(row) for row in rows]
    taken = [one for one in told if isinstance(one, actions.Told)]
    known = iter(actions.standing(programme, run.by.organisation_id, taken))
    return [one if isinstance(one, BadCell) else _kind(one, next(known)) for one in told]


def apply(rows: Sequence[Row], run: Run) -> None:
    """Write the lines of a chunk and their acts."""
    programme = programme_of(run.by, run.given)
    reader = _Reader(programme, rows)
    told = [one for row in rows if isinstance(one := reader.told(row), actions.Told)]
    actions.take_lines(
        programme=programme,
        load=run.load,
        told=told,
        by=run.by,
        corrects=bool(run.given.get("corrects")),
    )


def activate(run: Run) -> None:
    """What the corrected deposit told and this one does not is taken back."""
    if before := corrected(run.by, run.given, programme_of(run.by, run.given)):
        while actions.withdraw_some(of=before, load=run.load, by=run.by):
            pass


def _discard(run: Run) -> None:
    while actions.drop_some(load=run.load, by=run.by):
        pass


IMPORTER = Importer(
    name=SOURCE,
    words=Words("Liste d’accompagnement sous pseudonymes", "Support list under pseudonyms"),
    about=Words(
        "La liste d’une structure d’accompagnement, une ligne par étape franchie\u00a0: le jeton de la personne ou rien, "
        "l’étape, la date, le montant d’un prêt ou d’une garantie, la commune, le QPV. Un fichier qui tient un nom, un "
        "courriel, un téléphone ou une date de naissance est refusé.",
        "The list of a support structure, a line a stage reached: the token of the person or nothing, the stage, the day, "
        "the amount of a loan or a guarantee, the commune, whether in a QPV. A file that holds a name, an e-mail, a telephone "
        "or a day of birth is refused.",
    ),
    columns=COLUMNS,
    diff=diff,
    apply=apply,
    activate=activate,
    discard=_discard,
    undo=lambda run: actions.drop_some(load=run.load, by=run.by),
    identity=_said,
    may_repeat=lambda row: not row["jeton"],
    guard=SIEVE,
    keeps_rows=False,
    leads_to=lambda _run: reverse("cohorts:programmes"),
    also_by=frozenset((Role.EXPERT.value, Role.OFFICER.value)),
    options=(
        Option(
            "programme",
            Words("Programme", "Programme"),
            Words(
                "Son nom ou sa clé\u00a0; inutile quand la structure n’en a qu’un.",
                "Its name or its key; not needed when the structure has one only.",
            ),
            cells.text(120),
        ),
        Option(
            "corrects",
            Words("Corrige le dépôt", "Corrects the deposit"),
            Words(
                "Le numéro du dépôt qu’il remplace\u00a0: ce que ce dépôt disait et que ce fichier ne dit plus est retiré.",
                "The number of the deposit that it replaces: what that one told and this file does not is taken back.",
            ),
            cells.integer(1, 10**12),
        ),
    ),
    kinds={
        "new": Words("Lignes nouvelles", "New lines"),
        "changed": Words("Remplacent une ligne d’avant", "Replace a line told before"),
        "unchanged": Words("Déjà déposées", "Handed in already"),
    },
    reasons=REASONS,
    common=False,
)
