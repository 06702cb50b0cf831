"""What may not come in with a list: names, addresses, telephones, days of birth. Pure; by headers, then cell by cell.

A list that holds any is refused whole, with the place and never the text: it has to be made into pseudonyms first. A name
in a column that nobody knows is recognised by two words with capitals; one written otherwise is not, and is never kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from maillage.kernel.rows import BadCell, folded

#: Headers of what tells who somebody is, case and accents set aside; a header that begins so is one too.
_NAMES = (
    "nom", "noms", "nomdusage", "nomusage", "nomdefamille", "nomdenaissance", "nometprenom", "nomprenom", "prenom", "prenoms",
    "prenomnom", "prenometnom", "identite", "civilite", "beneficiaire", "porteur", "porteurdeprojet", "personne", "client",
    "contact", "dirigeant", "name", "firstname", "lastname", "surname", "fullname", "familyname", "givenname",
)  # fmt: skip
_BIRTHS = (
    "naissance", "datedenaissance", "datenaissance", "neele", "nele", "neelele", "neele", "ddn", "birthdate", "dateofbirth",
    "birthday", "born", "anneedenaissance", "age",
)  # fmt: skip
_MAILS = ("mail", "email", "courriel", "adressemail", "adresseelectronique", "adresseemail", "mel")
_PHONES = (
    "tel", "telephone", "portable", "mobile", "phone", "gsm", "numerodetelephone", "telephoneportable"
)  # fmt: skip
_ADDRESSES = ("adresse", "adressepostale", "address", "rue", "voie")
_NUMBERS = (
    "nir", "nsecuritesociale", "nsecu", "numerodesecuritesociale", "securitesociale", "numerosecu", "identifiantfrancetravail",
)  # fmt: skip
HEADERS = {
    **dict.fromkeys(_NAMES, "holds_names"),
    **dict.fromkeys(_BIRTHS, "holds_births"),
    **dict.fromkeys(_MAILS, "holds_mails"),
    **dict.fromkeys(_PHONES, "holds_phones"),
    **dict.fromkeys(_ADDRESSES, "holds_addresses"),
    **dict.fromkeys(_NUMBERS, "holds_numbers"),
}

_DAY = r"(?<![0-9])(?:{year}-[0-9]{{1,2}}-[0-9]{{1,2}}|[0-9]{{1,2}}[/.-][0-9]{{1,2}}[/.-]{year})(?![0-9])"
_ANYWHERE = (
    (re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"), "holds_mails"),
    (re.compile(r"(?<![0-9])(?:\+33 ?|0033 ?|0)[1-9](?:[ .-]?[0-9]{2}){4}(?![0-9])"), "holds_phones"),
    # No programme of today has steps of another century.
    (re.compile(_DAY.format(year="19[0-9]{2}")), "holds_births"),
)  # fmt: skip
_ELSEWHERE = (
    (re.compile(_DAY.format(year="20[0-9]{2}")), "holds_births"),
    (re.compile(r"^\s*[12] ?[0-9]{2} ?[01][0-9] ?[0-9AB]{2} ?[0-9]{3} ?[0-9]{3}(?: ?[0-9]{2})?\s*$"), "holds_numbers"),
    (re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’-]+[\s,]+[A-ZÀ-ÖØ-Þ][\w'’-]+"), "holds_names"),
)  # fmt: skip


class Sieve:
    """Refuses a list that tells who somebody is.

    `known` are the headers whose cells are read as something else; those of `opaque` hold digits that only look like a
    telephone. In a column that nobody knows, any day may be one of birth.
    """

    def __init__(self, known: frozenset[str], opaque: frozenset[str]) -> None:
        self.known = known
        self.opaque = opaque

    def __call__(self, names: Sequence[str], cells: Sequence[str]) -> None:
        """Look at the headers of a table, or at one of its rows.

        Raises:
            BadCell: it holds what may not come in; the column is its header, the text is not repeated.
        """
        if not names:
            for cell in cells:
                if code := HEADERS.get(folded(cell)):
                    raise BadCell(cell.strip()[:100], code)
            return
        for rank, cell in enumerate(cells):
            name = names[rank].strip()[:100] if rank < len(names) else ""
            if code := self._told(folded(name), cell):
                raise BadCell(name or str(rank + 1), code)

    def _told(self, name: str, cell: str) -> str:
        if not cell.strip() or name in self.opaque:
            return ""
        shapes = _ANYWHERE if name in self.known else (*_ANYWHERE, *_ELSEWHERE)
        return next((code for shape, code in shapes if shape.search(cell)), "")
