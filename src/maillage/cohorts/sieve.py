"""What may not come in with a list: names, addresses, telephones, days of birth. Pure; by headers, then cell by cell.

A list that holds any is refused whole, with the place and never the text: it has to be made into pseudonyms first. A name
in a column that nobody knows is recognised by two words with capitals or by its title; one written otherwise is not, and is
never kept. The page of deposits looks through the same sieve before a list leaves the browser: what is written here means
the same to the engine of its scripts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from maillage.kernel.rows import BadCell, folded

#: Headers of what tells who somebody is, case, accents and blanks set aside.
_NAMES = (
    "nomprenom", "prenomnom", "identite", "beneficiaire", "porteur", "porteurdeprojet", "personne", "client", "contact",
    "dirigeant", "usager", "firstname", "lastname", "familyname", "fullname", "givenname", "conseiller", "conseillere",
    "referent", "referente", "suivipar", "accompagnateur", "accompagnatrice",
)  # fmt: skip
_NUMBERS = (
    "securitesociale", "nsecuritesociale", "nosecuritesociale", "numerodesecuritesociale", "identifiantfrancetravail",
)  # fmt: skip
HEADERS = {
    **dict.fromkeys(_NAMES, "holds_names"),
    **dict.fromkeys(("neele", "nele", "neelele", "age", "born", "ddn"), "holds_births"),
    **dict.fromkeys(("mobile",), "holds_phones"),
    **dict.fromkeys(("rue", "voie"), "holds_addresses"),
    **dict.fromkeys(_NUMBERS, "holds_numbers"),
}
#: Words that announce it wherever they stand in a header; what a header holds first is what its first such line says.
WORDS = (
    ("holds_mails", {"mail", "mails", "email", "emails", "courriel", "courriels", "electronique"}),
    ("holds_phones", {"tel", "telephone", "telephones", "portable", "phone", "gsm"}),
    ("holds_numbers", {"nir", "secu"}),
    ("holds_names", {"prenom", "prenoms", "civilite", "surname", "epouse", "patronyme"}),
    ("holds_births", {"naissance", "birth", "birthday", "birthdate"}),
    ("holds_addresses", {"adresse", "adresses", "address"}),
)
_CALLED = frozenset(("nom", "noms", "name", "names"))
#: What else has a name.
_THINGS = frozenset(
    ("commune", "ville", "structure", "organisme", "programme", "dispositif", "etape", "quartier", "qpv", "town", "stage")
)  # fmt: skip
#: Words of a header that a refusal may repeat: a title may hold more than a header.
_SAID_BACK = _CALLED.union(
    *(words for _code, words in WORDS),
    ("d", "de", "du", "e", "et", "la", "le", "n", "s", "usage", "famille", "jeune", "fille", "usuel", "date", "annee", "lieu"),
    ("numero", "postale", "personnelle", "fixe", "pro", "of", "first", "last", "family", "full", "given"),
)  # fmt: skip

_MAIL = r"[^\s@]{1,64}@[^\s@]{1,200}\.[^\s@]"
_PHONE = (  # a day and its hour look like one
    r"(?<![0-9])(?![0-9]{2}[/.\-][01][0-9][/.\-](?:19|20)[0-9]{2}[ t])(?:0|(?:\+|00)33[\s.()\-]{0,3}(?:0[\s.)\-]{0,3})?)"
    r"[1-9](?:[\s./\-]?[0-9]{2}){4}(?![0-9])"
)
_ABROAD = r"(?<![0-9+])(?:\+|00)[1-9](?:[\s.()\-]{0,3}[0-9]){8,13}(?![0-9])"
_NIR = (
    r"(?<![0-9])[12]\s?[0-9]{2}\s?[0-9]{2}\s?(?:[0-9]{2}|2[ab])\s?[0-9]{3}\s?[0-9]{3}"
    r"(?:\s?/?\s?[0-9]{2})?(?![0-9])"
)
_MONTH = r"(?:janv|f[ée]v|mars|avr|mai|juin|juil|ao[uû]t|sept|oct|nov|d[ée]c)[a-zéèû]{0,8}\.?"
_DAY = (
    r"(?<![0-9])(?:{year}[/.\s\-][0-9]{{1,2}}[/.\s\-][0-9]{{1,2}}|[0-9]{{1,2}}[/.\s\-][0-9]{{1,2}}[/.\s\-]{year}"
    r"|[0-9]{{1,2}}(?:er)?\s{{1,3}}{month}\s{{1,3}}{year})(?![0-9])"
)
_TIGHT = (
    r"(?<![0-9])(?:(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:19|20)[0-9]{2}|[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-][0-9]{2})(?![0-9])"
)
#: Looked for in small letters, whatever the column.
ANYWHERE = (
    (_MAIL, "holds_mails"),
    (_PHONE, "holds_phones"),
    (_ABROAD, "holds_phones"),
    (_NIR, "holds_numbers"),
    # No programme of today has steps of another century.
    (_DAY.format(year="19[0-9]{2}", month=_MONTH), "holds_births"),
)
_ELSEWHERE = (
    (_DAY.format(year="20[0-9]{2}", month=_MONTH), "holds_births"),
    (_TIGHT, "holds_births"),
    (r"(?<![a-z])(?:m\.|mr\.?|mme\.?|mlle\.?|monsieur|madame|mademoiselle)\s{0,3}[a-zà-ÿ]{2}", "holds_names"),
)  # fmt: skip
_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’-]{1,40}[\s,]{1,3}[A-ZÀ-ÖØ-Þ][\w'’-]")


def _compiled(shapes: Sequence[tuple[str, str]]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(shape), code) for shape, code in shapes)


_OPAQUE = _compiled(ANYWHERE[:1])
_KNOWN = _compiled(ANYWHERE)
_UNKNOWN = _compiled((*ANYWHERE, *_ELSEWHERE))


def announced(header: str) -> str:
    """Why a column under this header may not come in; blank where it may."""
    words = _words(header)
    is_name = bool(set(words[:1]) & _CALLED and not set(words) & _THINGS)
    held = (code for code, known in WORDS if known & set(words))
    return HEADERS.get(folded(header)) or ("holds_names" if is_name else next(held, ""))


def _is_header(cell: str) -> bool:
    """Whether a cell is a header and nothing else: a title may hold a header and somebody beside."""
    words = _words(cell)
    is_plain = set(words) <= _SAID_BACK and "".join(words) == folded(cell)
    return is_plain or folded(cell) in HEADERS


def _words(header: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", header).casefold()
    return re.findall("[a-z]+", re.sub(r"[\u0300-\u036f]", "", plain))


def _found(shapes: Sequence[tuple[re.Pattern[str], str]], cell: str) -> str:
    small = cell.lower()
    return next((code for shape, code in shapes if shape.search(small)), "")


class Sieve:
    """Refuses a list that tells who somebody is.

    `known` are the headers whose cells are read as something else; those of `opaque` hold digits that only look like a
    telephone. In a column that nobody knows, any day may be one of birth.
    """

    def __init__(self, known: frozenset[str], opaque: frozenset[str]) -> None:
        self.known = known
        self.opaque = opaque

    def __call__(self, names: Sequence[str], cells: Sequence[str]) -> None:
        """Look at a row that may hold the headers, of a title or of a table that nobody reads; or at one under its headers.

        Raises:
            BadCell: it holds what may not come in; the column is its header, the text is not repeated.
        """
        for rank, cell in enumerate(cells):
            if not names:
                self._check_above(rank, cell)
                continue
            name = names[rank].strip()[:100] if rank < len(names) else ""
            if code := self._told(folded(name), cell):
                raise BadCell(name or str(rank + 1), code)

    def _check_above(self, rank: int, cell: str) -> None:
        if code := announced(cell):
            raise BadCell(cell.strip() if _is_header(cell) else str(rank + 1), code)
        if code := _found(_KNOWN, cell):
            raise BadCell(str(rank + 1), code)

    def _told(self, name: str, cell: str) -> str:
        if not cell.strip():
            return ""
        if name in self.opaque:
            return _found(_OPAQUE, cell)
        if name in self.known:
            return _found(_KNOWN, cell)
        return _found(_UNKNOWN, cell) or ("holds_names" if _CAPITALS.search(cell) else "")
