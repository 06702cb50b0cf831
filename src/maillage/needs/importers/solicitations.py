"""Requests that a partner received, by file: in the columns of conseillers-entreprises, so that nobody types one twice.

Each becomes a need told by a partner, once under the partner's own number, whatever file brings it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from maillage import register
from maillage.accounts.actors import Actor
from maillage.kernel import cells, clock
from maillage.kernel.rows import BadCell, Column, Importer, Row, Run
from maillage.kernel.text import Words
from maillage.ledger import themes
from maillage.needs import thesaurus
from maillage.needs.actions import Asked, Birth, hear_need, withdraw_need
from maillage.needs.matching.texts import plain
from maillage.needs.models import Need
from maillage.needs.models.needs import MACHINE, NeedQuerySet
from maillage.needs.vocabulary import Origin, Withdrawal
from maillage.register.models import Establishment

SOURCE = "needs.solicitation"
STEP = 200


def _day(cell: str) -> date:
    """The day of an instant, or a day."""
    found: date = cells.day(cell.strip()[:10])
    if found > clock.today():
        raise BadCell("", "day_to_come", cell.strip())
    return found


def _email(cell: str) -> str:
    """An address that can be written to: the firm is asked there what it thinks."""
    found: str = cells.text(254)(cell)
    try:
        validate_email(found)
    except ValidationError as fault:
        raise BadCell("", "email", found) from fault
    return found


def _born(run: Run) -> NeedQuerySet:
    """The needs that this organisation had from such files."""
    every = Need.objects.visible_to(MACHINE)
    return every.filter(source_model=SOURCE, organisation=run.by.organisation)


def _known(rows: Sequence[Row], run: Run) -> set[str]:
    standing = _born(run).standing().filter(source_key__in=[row["request"] for row in rows])
    return set(standing.values_list("source_key", flat=True))


def _subjects(by: Actor) -> dict[str, str]:
    """What each subject is called here: by the code or the words of a theme, or by a term that advisers keep."""
    kept = thesaurus.terms_of(by.acting_for()).values_list("plain", "theme")
    return {**dict(kept), **{plain(text): code for text, code in themes.by_name().items()}}


def diff(rows: Sequence[Row], run: Run) -> list[str | BadCell]:
    """Whether each request is new, known under its number, or about nothing that is known here."""
    places = register.establishments_by_siret(row["siret"] for row in rows)
    subjects, known = _subjects(run.by), _known(rows, run)

    def told(row: Row) -> str | BadCell:
        if row["siret"] not in places:
            return BadCell("siret", "unknown_firm", row["siret"])
        theme = subjects.get(plain(row["subject"]))
        if theme is None:
            return BadCell("subject", "unknown_subject", row["subject"])
        if themes.taken(theme, row["created_at"]) is None:
            return BadCell("subject", "theme_ended", row["subject"])
        return "unchanged" if row["request"] in known else "new"

    return [told(row) for row in rows]


def apply(rows: Sequence[Row], run: Run) -> None:
    """Hear each new request of a chunk."""
    told, subjects = diff(rows, run), _subjects(run.by)
    known = register.establishments_by_siret(row["siret"] for row in rows)
    places = Establishment.objects.in_bulk(known.values())
    for row, kind in zip(rows, told, strict=True):
        if kind == "new":
            hear_need(
                establishment=places[known[row["siret"]]],
                asked=_asked(row, subjects[plain(row["subject"])]),
                birth=Birth(Origin.PARTNER, SOURCE, row["request"]),
                by=run.by,
                once=f"solicitation:{run.by.organisation.pk}:{row['request']}:{run.load}",
            )


def _asked(row: Row, theme: str) -> Asked:
    blank = {
        name: row[name] or "" for name in ("description", "full_name", "phone_number", "email")
    }
    return Asked(
        theme=theme,
        expressed_on=row["created_at"],
        words=blank["description"],
        contact_name=blank["full_name"],
        contact_phone=blank["phone_number"],
        contact_email=blank["email"],
    )


def undo(run: Run) -> int:
    """Withdraw what the load brought, a step at a time."""
    brought = _born(run).standing().filter(once__endswith=f":{run.load}")
    step = list(brought.select_related("organisation").order_by("pk")[:STEP])
    for need in step:
        withdraw_need(need=need, reason=Withdrawal.MISTAKE, by=run.by)
    return len(step)


def _column(
    name: str, fr: str, en: str, *aliases: str, most: int = 120, needed: bool = False
) -> Column:
    return Column(
        name, Words(fr, en), cells.text(most), aliases, needed=needed, may_be_blank=not needed
    )


IMPORTER = Importer(
    name="solicitations",
    words=Words("Demandes reçues par un partenaire", "Requests received by a partner"),
    about=Words(
        "Un tableau, une ligne par demande, dans les colonnes de Conseillers-Entreprises\u00a0: numéro, SIRET, sujet, "
        "description, nom, courriel, téléphone, date. Chacune devient un besoin, une fois sous son numéro.",
        "A table, one row a request, in the columns of Conseillers-Entreprises: number, SIRET, subject, description, name, "
        "e-mail, telephone, date. Each becomes a need, once under its number.",
    ),
    columns=(
        _column(
            "request",
            "Numéro de la demande",
            "Number of the request",
            "solicitation_id",
            "need",
            "need_id",
            most=40,
            needed=True,
        ),
        Column("siret", Words("SIRET", "SIRET"), cells.siret, aliases=("facility_siret",)),
        _column(
            "subject",
            "Sujet",
            "Subject",
            "landing_subject_title",
            "sujet",
            most=200,
            needed=True,
        ),
        _column(
            "description",
            "Description",
            "Description",
            "solicitation_description",
            "content",
            most=4000,
        ),
        _column("full_name", "Nom", "Name", "solicitation_full_name", "nom et prénom"),
        Column(
            "email",
            Words("Courriel", "E-mail"),
            _email,
            aliases=("solicitation_email", "visitee"),
            needed=False,
            may_be_blank=True,
        ),
        _column(
            "phone_number", "Téléphone", "Telephone", "solicitation_phone_number", "phone", most=30
        ),
        Column(
            "created_at",
            Words("Date", "Date"),
            _day,
            aliases=("solicitation_created_at", "date de création"),
        ),
    ),
    diff=diff,
    apply=apply,
    undo=undo,
    leads_to=lambda _run: reverse("needs:needs"),
    identity=lambda row: row["request"],
    reasons={
        "unknown_firm": Words(
            "le registre ne connaît pas ce SIRET\u00a0: cherchez l’entreprise par son nom, ou chargez le registre",
            "the register does not know this SIRET: find the firm by its name, or load the register",
        ),
        "unknown_subject": Words(
            "ce sujet n’est celui d’aucun thème\u00a0: gardez-le dans le thésaurus, avec le thème dont il parle",
            "no theme has this subject: keep it in the thesaurus, with the theme it speaks of",
        ),
        "theme_ended": themes.ENDED_WORDS,
        "email": Words(
            "ce n’est pas une adresse électronique\u00a0: nom@domaine.fr",
            "this is no e-mail address: name@domain.fr",
        ),
        "day_to_come": Words(
            "ce jour est à venir\u00a0: donnez celui de la demande",
            "this day is to come: give that of the request",
        ),
    },
    common=False,
)
