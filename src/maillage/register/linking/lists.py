"""Lists to link as files: their columns, and what of them cannot be taken.

They are read like whatever comes in by file (a confined child, encoding and separator found, columns by name):
CSV, but a workbook or Parquet as well. A refused line is told and left out; the others are linked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from maillage.intake.reading.parent import events
from maillage.intake.tables import Remark, Understanding
from maillage.kernel import cells
from maillage.kernel.errors import Invalid
from maillage.kernel.rows import BadCell, Column, Importer, Row
from maillage.kernel.text import Words
from maillage.register.linking.firms import Firm
from maillage.register.linking.links import LIKELY, Link, link

SHOWN = 1_000  # refused lines told; every one is counted
_TELLING = ("name", "sign", "first_name", "last_name", "street", "phone", "email", "siret")


def _column(
    name: str, fr: str, en: str, *aliases: str, read: Callable[[str], Any] | None = None
) -> Column:
    return Column(name, Words(fr, en), read or cells.text(250), aliases, needed=False)


COLUMNS = (
    Column("id", Words("Identifiant", "Identifier"), cells.text(100),
           ("ref", "référence", "n°", "numéro d’adhérent", "rec_id", "key", "clé")),
    _column("name", "Nom", "Name", "raison sociale", "dénomination", "entreprise", "structure", "nom de la structure"),
    _column("sign", "Enseigne", "Sign", "nom commercial", "trade_name", "nom usuel"),
    _column("first_name", "Prénom", "First name", "given_name", "prénom du dirigeant"),
    _column("last_name", "Nom de famille", "Last name", "surname", "nom du dirigeant", "dirigeant"),
    _column("number", "Numéro", "Number", "street_number", "n° de voie", "numéro de voie"),
    _column("street", "Adresse", "Address", "voie", "rue", "street", "address_1", "adresse 1"),
    _column("postcode", "Code postal", "Postcode", "cp", "zip"),
    _column("town", "Commune", "Town", "ville", "city", "localité", "suburb"),
    _column("commune_code", "Code commune", "Commune code", "code_insee", "insee", "codgeo", read=cells.commune),
    _column("activity", "Activité", "Activity", "ape", "naf", "code ape", "code naf"),
    _column("phone", "Téléphone", "Phone", "telephone", "tél", "mobile", "portable"),
    _column("email", "Courriel", "E-mail", "mail", "adresse e-mail"),
    _column("siret", "SIRET", "SIRET", "n° siret", read=cells.siret),
)  # fmt: skip

LIST = Importer(
    name="list_to_link",
    words=Words("Liste à rapprocher", "List to link"),
    about=Words("Un tableau, une ligne par entreprise.", "A table, one row a firm."),
    columns=COLUMNS,
    identity=lambda row: row["id"],
    reasons={
        "duplicate": Words(
            "cet identifiant figure plus haut\u00a0: donnez à chaque ligne le sien",
            "this identifier stands above: give each line its own",
        ),
        "nobody": Words(
            "rien ne dit de qui parle la ligne\u00a0: donnez un nom, une enseigne, un dirigeant, une adresse, un téléphone,"
            " un courriel ou un SIRET",
            "nothing says whom the line is about: give a name, a sign, who runs it, an address, a telephone, an e-mail or"
            " a SIRET",
        ),
    },
)


@dataclass
class Listed:
    """What was read of one file."""

    file: str
    firms: list[Firm] = field(default_factory=list)
    refused: list[Remark] = field(default_factory=list)

    def rejects(self) -> list[dict[str, object]]:
        """The refused lines, as the command prints them."""
        return [refusal(one) for one in self.refused[:SHOWN]]


def refusal(remark: Remark) -> dict[str, object]:
    """A refusal as the command prints it: file, line, column, reason, and the remedy by itself."""
    told = remark.as_json(LIST)
    why, _colon, remedy = str(told["reason"]).replace("\u00a0: ", ": ").partition(": ")
    return told | {"reason": why, "remedy": remedy}


def read(path: Path) -> Listed:
    """The firms of a file.

    Raises:
        CannotTake: the file is refused whole.
    """
    listed, understanding = Listed(path.name), Understanding(path.name, LIST)
    if not path.is_file():
        raise understanding.refuse("unreadable")
    for one in understanding.rows(events(path, path.name)):
        found = _understood(one, understanding) if isinstance(one, Row) else one
        if isinstance(found, Firm):
            listed.firms.append(found)
        else:
            listed.refused.append(found)
    return listed


def _understood(row: Row, understanding: Understanding) -> Firm | Remark:
    told = {name: str(value or "") for name, value in row.cells.items()}
    if not tells(told):
        return understanding.remark(row.table, row.line, BadCell("name", "nobody"), row.texts)
    return firm_of(told)


def tells(told: Mapping[str, str]) -> bool:
    """Whether the cells of a line say anything of whom it is about."""
    return any(told.get(name) for name in _TELLING)


def firm_of(told: Mapping[str, str]) -> Firm:
    """The firm that a line tells of; whoever heads a column «Commune» gives its name, or its code."""
    cells_of = dict(told)
    firm = Firm(commune=cells_of.pop("commune_code", ""), **cells_of)
    try:
        return firm if firm.commune else replace(firm, commune=cells.commune(firm.town), town="")
    except BadCell:
        return firm


@dataclass(frozen=True)
class Answer:
    """The links between two files, and what of them was refused."""

    left: Listed
    right: Listed
    links: list[Link]

    def as_json(self) -> dict[str, object]:
        """What the command prints."""
        return {
            "links": [one.as_json() for one in self.links],
            "left": _counted(self.left, {one.left for one in self.links}),
            "right": _counted(self.right, {one.right for one in self.links}),
            "rejects": [*self.left.rejects(), *self.right.rejects()],
        }


def _counted(listed: Listed, linked: set[str]) -> dict[str, object]:
    return {
        "file": listed.file,
        "read": len(listed.firms) + len(listed.refused),
        "accepted": len(listed.firms),
        "rejected": len(listed.refused),
        "unlinked": len(listed.firms) - len(linked),
    }


def link_files(left: Path, right: Path, *, least: float = LIKELY) -> Answer:
    """The links between two files whose probability reaches `least`.

    Raises:
        CannotTake: a file is refused whole.
        Invalid: `least` is no probability.
    """
    if not 0 < least < 1:
        raise Invalid(
            Words(
                f"{least} n’est pas une probabilité.",
                f"{least} is no probability.",
            ),
            remedy=Words("Donnez un nombre entre 0 et 1.", "Give a number between 0 and 1."),
        )
    of_left, of_right = read(left), read(right)
    return Answer(of_left, of_right, link(of_left.firms, of_right.firms, least=least))


def lines(answer: Answer) -> str:
    """The answer for a person at a terminal: each link, then what weighs, then what was refused."""
    found = []
    for one in answer.links:
        found.append(f"{one.left}  {one.right}  {one.p:.4f}")
        found += [f"    {why.weight:+7.2f}  {why.words}" for why in one.why]
    for listed in (answer.left, answer.right):
        found += [
            f"{one['file']}:{one['line']} {one['column']}: {one['reason']}: {one['remedy']}"
            for one in listed.rejects()
        ]
    return "\n".join(found)
