"""What tells who somebody is does not come in, by header or by cell; what only looks like it does."""

from __future__ import annotations

import pytest

from maillage.cohorts.columns import COLUMNS, SIEVE, STEPS
from maillage.cohorts.pseudonymising import WHO
from maillage.cohorts.reasons import REASONS
from maillage.cohorts.sieve import HEADERS
from maillage.kernel.rows import BadCell, folded

TOKEN = "0612345678" * 6 + "0612"
KNOWN = ("jeton", "etape", "date", "commune", "siret", "divers")

# what a header says | the code of its refusal, nothing where it is taken
SAID = [
    ("Nom", "holds_names"),
    ("NOM DE FAMILLE", "holds_names"),
    ("Nom d’usage", "holds_names"),
    ("Prénom(s)", "holds_names"),
    ("prenom", "holds_names"),
    ("Nom / Prénom", "holds_names"),
    ("Bénéficiaire", "holds_names"),
    ("Porteur de projet", "holds_names"),
    ("First name", "holds_names"),
    ("Date de naissance", "holds_births"),
    ("Né(e) le", "holds_births"),
    ("D.D.N.", "holds_births"),
    ("Âge", "holds_births"),
    ("Année de naissance", "holds_births"),
    ("E-mail", "holds_mails"),
    ("Courriel", "holds_mails"),
    ("Adresse e-mail", "holds_mails"),
    ("Tél.", "holds_phones"),
    ("Téléphone portable", "holds_phones"),
    ("Adresse", "holds_addresses"),
    ("N° sécurité sociale", "holds_numbers"),
    ("NIR", "holds_numbers"),
    ("Jeton", ""),
    ("Étape", ""),
    ("Montant", ""),
    ("Nombre d’heures", ""),
    ("Nommé par", ""),
    ("", ""),
]

# the column | its cell | the code of the refusal, nothing where it is taken
HELD = [
    ("divers", "luc.petit@exemple.fr", "holds_mails"),
    ("commune", "luc@exemple.fr", "holds_mails"),
    ("divers", "vu le matin, 06 12 34 56 78", "holds_phones"),
    ("divers", "+33 6 12 34 56 78", "holds_phones"),
    ("divers", "0033612345678", "holds_phones"),
    ("commune", "06.12.34.56.78", "holds_phones"),
    ("date", "12/03/1985", "holds_births"),
    ("date", "1985-03-12", "holds_births"),
    ("date", "2024-03-12", ""),
    ("date", "12/03/2024", ""),
    ("divers", "12/03/2004", "holds_births"),
    ("divers", "2004-03-12", "holds_births"),
    ("divers", "1 85 02 59 350 123 45", "holds_numbers"),
    ("divers", "285027512312345", "holds_numbers"),
    ("divers", "Luc Petit", "holds_names"),
    ("divers", "PETIT Luc", "holds_names"),
    ("divers", "Petit, Luc", "holds_names"),
    ("divers", "Élodie Ménard", "holds_names"),
    ("divers", "petite restauration", ""),
    ("divers", "Boulangerie", ""),
    ("divers", "12", ""),
    ("divers", "", ""),
    ("commune", "Villeneuve d’Ascq", ""),
    ("commune", "Saint André lez Lille", ""),
    ("jeton", TOKEN, ""),
    ("siret", "812 231 132 00026", ""),
    ("siret", "06123456780001", ""),
]


def refused(names: tuple[str, ...], cells: list[str]) -> tuple[str, str]:
    """The column and the code of a refusal."""
    try:
        SIEVE(names, cells)
    except BadCell as fault:
        return fault.column, fault.code
    return "", ""


@pytest.mark.parametrize(("header", "code"), SAID)
def test_a_header_that_announces_somebody_is_refused(header: str, code: str) -> None:
    column, found = refused((), ["jeton", header, "date"])
    assert found == code
    assert column == (header if code else "")


@pytest.mark.parametrize(("name", "cell", "code"), HELD)
def test_a_cell_that_tells_of_somebody_is_refused(name: str, cell: str, code: str) -> None:
    rank = KNOWN.index(name)
    cells = [""] * rank + [cell]
    column, found = refused(KNOWN, cells)
    assert found == code
    assert column == (name if code else "")


def test_a_cell_beyond_the_headers_is_looked_at_too() -> None:
    assert refused(("jeton",), ["", "luc@exemple.fr"]) == ("2", "holds_mails")
    assert refused(("jeton",), ["", "12/03/1985"]) == ("2", "holds_births")


def test_a_refusal_never_repeats_what_it_found() -> None:
    with pytest.raises(BadCell) as fault:
        SIEVE(KNOWN, ["", "", "", "", "", "luc.petit@exemple.fr"])
    assert fault.value.value == ""
    assert "petit" not in str(fault.value)


def test_each_reason_is_worded_in_both_languages_and_says_the_remedy() -> None:
    assert set(HEADERS.values()) <= set(REASONS)
    for code, words in REASONS.items():
        assert "\u00a0: " in words.fr, code
        assert ": " in words.en, code


def test_no_column_of_a_list_is_taken_for_somebody_and_those_of_a_person_are() -> None:
    for column in COLUMNS:
        assert not column.spellings & set(HEADERS), column.name
    for column in WHO:
        assert column.spellings & set(HEADERS), column.name
        assert folded(column.name) in HEADERS
    assert not {one.name for one in WHO} & {one.name for one in STEPS}
