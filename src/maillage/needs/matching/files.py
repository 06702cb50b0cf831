"""Needs and services as files: their columns, and what of them cannot be taken; docs/how-to/match-needs.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from maillage.intake.reading.parent import events
from maillage.intake.tables import Remark, Understanding
from maillage.kernel import cells
from maillage.kernel.rows import Column, Importer, Row
from maillage.kernel.text import Words
from maillage.needs.matching.scoring import Asked, Offer, Proposal, propose
from maillage.needs.matching.texts import Thesaurus

T = TypeVar("T")
_YES = {"oui": "yes", "yes": "yes", "o": "yes", "y": "yes", "1": "yes", "vrai": "yes", "true": "yes",
        "non": "", "no": "", "n": "", "0": "", "faux": "", "false": ""}  # fmt: skip
SHOWN = 1_000


def _column(
    name: str,
    fr: str,
    en: str,
    *aliases: str,
    read: Callable[[str], Any] | None = None,
    needed: bool = False,
) -> Column:
    return Column(
        name,
        Words(fr, en),
        read or cells.text(2_000),
        aliases,
        needed=needed,
        may_be_blank=not needed,
    )


def _several(cell: str) -> tuple[str, ...]:
    """Values between bars."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


_ID = _column("id", "Identifiant", "Identifier", "key", "clé", needed=True, read=cells.text(100))
_COUNT = cells.integer(0, 1_000_000)
NEED_COLUMNS = (
    _ID,
    _column("theme", "Thème", "Theme", read=cells.text(40)),
    _column("text", "Texte", "Text", "mots", "words"),
    _column("commune", "Code commune", "Commune code", "area", "code_insee", read=cells.commune),
    _column("activity", "Activité", "Activity", "naf", "ape", read=cells.text(10)),
    _column("headcount", "Effectif", "Headcount", read=_COUNT),
    _column("legal_form", "Forme juridique", "Legal form", "legal_category", read=cells.text(10)),
    _column("craft", "Artisanat", "Craft", "nature", read=cells.one_of(_YES)),
    _column("language", "Langue", "Language", read=cells.text(5)),
)
SERVICE_COLUMNS = (
    _ID,
    _column("themes", "Thèmes", "Themes", "theme", read=_several),
    _column("text", "Texte", "Text", "title", "description"),
    _column("areas", "Territoires", "Areas", "area", "communes", read=_several),
    _column("activities", "Activités", "Activities", "naf", read=_several),
    _column("headcount_min", "Effectif minimal", "Least headcount", read=_COUNT),
    _column("headcount_max", "Effectif maximal", "Most headcount", read=_COUNT),
    _column("legal_forms", "Formes juridiques", "Legal forms", read=_several),
    _column("craft_only", "Artisanat seulement", "Craft only", read=cells.one_of(_YES)),
    _column("languages", "Langues", "Languages", read=_several),
    _column("delay_days", "Délai (jours ouvrés)", "Delay (working days)", read=_COUNT),
    _column("capacity", "Capacité", "Capacity", read=_COUNT),
    _column("load", "Charge", "Load", read=_COUNT),
)
TERM_COLUMNS = (
    _column("term", "Terme", "Term", needed=True, read=cells.text(200)),
    _column("theme", "Thème", "Theme", needed=True, read=cells.text(40)),
)
_TWICE = {
    "duplicate": Words(
        "cet identifiant figure plus haut\u00a0: donnez à chaque ligne le sien",
        "this identifier stands above: give each line its own",
    )
}


def _file(name: str, words: Words, columns: tuple[Column, ...]) -> Importer:
    return Importer(
        name=name,
        words=words,
        about=Words("Un tableau, une ligne chacun.", "A table, one row each."),
        columns=columns,
        identity=lambda row: row.cells.get("id") or row["term"],
        reasons=_TWICE,
    )


NEEDS = _file("needs_to_match", Words("Besoins", "Needs"), NEED_COLUMNS)
SERVICES = _file("services_to_match", Words("Services", "Services"), SERVICE_COLUMNS)
TERMS = _file("terms_to_match", Words("Termes", "Terms"), TERM_COLUMNS)


@dataclass
class Told(Generic[T]):
    """What was read of one file, and the lines that were refused."""

    rows: list[T] = field(default_factory=list)
    rejects: list[dict[str, object]] = field(default_factory=list)


def read(path: Path, importer: Importer, understood: Callable[[Mapping[str, Any]], T]) -> Told[T]:
    """The lines of a file.

    Raises:
        CannotTake: the file is refused whole.
    """
    told: Told[T] = Told()
    understanding = Understanding(path.name, importer)
    if not path.is_file():
        raise understanding.refuse("unreadable")
    for one in understanding.rows(events(path, path.name)):
        if isinstance(one, Row):
            told.rows.append(understood(one.cells))
        elif len(told.rejects) < SHOWN:
            told.rejects.append(refusal(one, importer))
    return told


def refusal(remark: Remark, importer: Importer = NEEDS) -> dict[str, object]:
    """A refused line as the command prints it."""
    return dict(remark.as_json(importer))


def _asked(row: Mapping[str, Any]) -> Asked:
    texts = {
        name: row.get(name) or ""
        for name in ("theme", "text", "commune", "activity", "legal_form", "language")
    }
    craft = row.get("craft")
    return Asked(
        id=row["id"],
        headcount=row.get("headcount"),
        craft=None if craft is None else craft == "yes",
        **texts,
    )


def _offer(row: Mapping[str, Any]) -> Offer:
    return Offer(
        id=row["id"],
        themes=frozenset(row.get("themes") or ()),
        text=row.get("text") or "",
        areas=frozenset(row.get("areas") or ()),
        activities=row.get("activities") or (),
        headcount=(row.get("headcount_min"), row.get("headcount_max")),
        legal_forms=row.get("legal_forms") or (),
        craft_only=row.get("craft_only") == "yes",
        languages=frozenset(row.get("languages") or ()),
        delay_days=row.get("delay_days"),
        capacity=row.get("capacity"),
        load=row.get("load") or 0,
    )


@dataclass(frozen=True)
class Answer:
    """The proposals over two files, the needs that no service answers, and what was refused."""

    proposals: list[Proposal]
    unanswered: list[str]
    rejects: list[dict[str, object]]

    def as_json(self) -> dict[str, object]:
        """What the command prints."""
        return {
            "proposals": [one.as_json() for one in self.proposals],
            "unanswered": self.unanswered,
            "rejects": self.rejects,
        }

    def lines(self) -> str:
        """The same, a line a proposal."""
        told = [
            f"{one.need}\t{one.service}\t{one.score}\t"
            + ", ".join(f"{why.criterion} {why.points}" for why in one.reasons)
            for one in self.proposals
        ]
        return "\n".join([*told, *(f"{need}\t–" for need in self.unanswered)])


def match_files(
    needs: Path, services: Path, terms: Path | None = None, stored: Sequence[tuple[str, str]] = ()
) -> Answer:
    """The proposals of services for needs, over files; `stored` are terms kept elsewhere.

    Raises:
        CannotTake: a file is refused whole.
    """
    of_needs, of_services = read(needs, NEEDS, _asked), read(services, SERVICES, _offer)
    kept: Told[tuple[str, str]] = (
        read(terms, TERMS, lambda row: (row["term"], row["theme"])) if terms else Told()
    )
    proposals = propose(of_needs.rows, of_services.rows, thesaurus=Thesaurus([*stored, *kept.rows]))
    answered = {one.need for one in proposals}
    return Answer(
        proposals,
        [one.id for one in of_needs.rows if one.id not in answered],
        [*of_needs.rejects, *of_services.rejects, *kept.rejects],
    )
