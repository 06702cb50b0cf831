"""How the cells of a list are read, and where somebody lives as a list tells it."""

from __future__ import annotations

import pytest

from maillage.cohorts import columns
from maillage.cohorts.areas import commune_of, communes_told
from maillage.kernel.rows import BadCell
from tests.factories import places

TOKEN = "0123456789abcdef" * 4

# the column | its cell | what it means, or the code of its refusal
READ = [
    ("jeton", TOKEN, TOKEN),
    ("jeton", f" {TOKEN.upper()} ", TOKEN),
    ("jeton", TOKEN[:-1], "token"),
    ("jeton", "g" * 64, "token"),
    ("jeton", "Luc Petit", "token"),
    ("montant", "1 500,50 €", 150_050),
    ("montant", "1.500,50", 150_050),
    ("montant", "0", "no_amount"),
    ("montant", "-12", "no_amount"),
    ("montant", "environ", "number"),
    ("qpv", "Oui", True),
    ("qpv", "QPV", True),
    ("qpv", "hors QPV", False),
    ("qpv", "NON", False),
    ("qpv", "Ne sait pas", None),
    ("qpv", "inconnu", None),
    ("qpv", "peut-être", "unknown_word"),
    ("code_postal", "59000", "59000"),
    ("code_postal", "1400", "01400"),
    ("code_postal", "1400.0", "01400"),
    ("code_postal", "Lille", "postcode"),
    ("code_postal", "590001", "postcode"),
    ("date", "05/02/2024", "2024-02-05"),
    ("date", "2024-02-30", "date"),
    ("siret", "356 000 000 00048", "35600000000048"),
    ("siret", "35600000000049", "wrong_check_digit"),
    ("cle", " ABCDEF0123456789 ", "abcdef0123456789"),
    ("recette", "1", "1"),
]

# what a line tells of a place: commune, postcode | the code, "" where nobody knows, None where it is refused
LIVES = [
    ("59350", None, "59350"),
    ("lille", None, "59350"),
    ("LILLE", "59000", "59350"),
    ("Tourcoing", None, "59599"),
    (None, "59200", "59599"),
    ("59200", None, "59599"),
    (None, "01400", ""),
    (None, "99999", ""),
    (None, None, ""),
    ("Nulle-Part", None, None),
    ("Nulle-Part", "59000", None),
    ("99999", None, None),
]


@pytest.mark.parametrize(("name", "cell", "meaning"), READ)
def test_a_cell_means_what_people_write_or_is_refused(
    name: str, cell: str, meaning: object
) -> None:
    (column,) = (one for one in columns.COLUMNS if one.name == name)
    try:
        found = column.read(cell)
    except BadCell as fault:
        found = fault.code
    assert (
        found.isoformat() if name == "date" and not isinstance(found, str) else found
    ) == meaning


@pytest.mark.django_db
@pytest.mark.parametrize(("commune", "postcode", "code"), LIVES)
def test_a_place_is_one_commune_or_unknown_or_refused(
    commune: str | None, postcode: str | None, code: str | None
) -> None:
    places.places_loaded()
    known = communes_told([commune or ""])
    if code is None:
        with pytest.raises(BadCell) as fault:
            commune_of(commune, postcode, known)
        assert (fault.value.column, fault.value.code) == ("commune", "commune_told")
    else:
        assert commune_of(commune, postcode, known) == code


def test_no_two_columns_answer_to_one_header() -> None:
    spellings = [one for column in columns.COLUMNS for one in column.spellings]
    assert len(spellings) == len(set(spellings))
