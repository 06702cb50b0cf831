"""`parse`: one line of INSEE's file into what the register keeps; what is withheld is never kept."""

import pytest
from hypothesis import given, strategies as st

from maillage.register.importers.cells import BadCell
from maillage.register.importers.parsing import (
    PLACE_COLUMNS,
    Identity,
    place_picker,
    read_place,
    read_unit,
    unit_picker,
)
from tests.factories import register as firms


def place(**cells):
    """The facts of a line of StockEtablissement, its columns in INSEE's order."""
    row = firms.establishment_row(1, **cells)
    line = [row.get(name, "") for name in firms.ESTABLISHMENT_COLUMNS]
    return read_place(place_picker(firms.ESTABLISHMENT_COLUMNS)(line), "59350")


def unit(**cells):
    """The facts and the doubts of a line of StockUniteLegale."""
    row = firms.unit_row(1, **cells)
    line = [row.get(name, "") for name in firms.UNIT_COLUMNS]
    return read_unit(unit_picker(firms.UNIT_COLUMNS)(line))


def test_a_whole_line_of_an_establishment():
    identity = place(
        complementAdresseEtablissement="BATIMENT B", indiceRepetitionEtablissement="BIS",
        activitePrincipaleNAF25Etablissement="10.71Y",
    ).identity  # fmt: skip

    assert identity == Identity(
        diffusion="O", is_headquarters=True, trade_name="AU BON PAIN 1", usual_name="",
        complement="BATIMENT B", street_number="1 BIS", street="RUE DE LILLE", postcode="59000",
        commune="59350", commune_label="LILLE", lon=3.056436, lat=50.627975, state="A",
        created_on="2010-01-01", period_on="2010-01-01", activity="10.71C",
        nomenclature="NAFRev2", activity_2025="10.71Y", trade_register_code="1071CZ",
        employer="O", size_band="01", size_year="2018",
    )  # fmt: skip


SECRETS = {
    "enseigne1Etablissement": "CHEZ MARTINE",
    "enseigne2Etablissement": "L’ATELIER SECRET",
    "enseigne3Etablissement": "TROISIEME",
    "denominationUsuelleEtablissement": "MARTINE COUTURE",
    "complementAdresseEtablissement": "PORTE 4",
    "numeroVoieEtablissement": "4321",
    "indiceRepetitionEtablissement": "TER",
    "libelleVoieEtablissement": "DES LILAS",
    "coordonneeLambertAbscisseEtablissement": "704321.0",
    "coordonneeLambertOrdonneeEtablissement": "7054321.0",
}


@pytest.mark.parametrize("diffusion", ["P", "N"])
def test_nothing_that_tells_who_is_there_is_kept_when_the_diffusion_is_not_open(diffusion):
    identity = place(statutDiffusionEtablissement=diffusion, **SECRETS).identity

    kept = " ".join(str(cell) for cell in identity)
    assert not [secret for secret in SECRETS.values() if secret in kept]
    assert (identity.lon, identity.lat) == (None, None)
    assert (identity.commune, identity.activity) == ("59350", "10.71C")
    assert identity.diffusion == diffusion


@pytest.mark.parametrize("diffusion", ["P", "N"])
def test_no_name_of_a_legal_unit_is_kept_when_the_diffusion_is_not_open(diffusion):
    facts, _doubts = unit(
        statutDiffusionUniteLegale=diffusion, denominationUniteLegale="SARL MARTINE",
        nomUniteLegale="MARTIN", prenom1UniteLegale="MARTINE", sigleUniteLegale="SM",
        denominationUsuelle1UniteLegale="MARTINE COUTURE", pseudonymeUniteLegale="TITINE",
    )  # fmt: skip

    assert "MARTI" not in " ".join(str(cell) for cell in facts)
    assert (facts.name, facts.trade_names, facts.acronym) == ("", "", "")
    assert facts.is_natural_person


@pytest.mark.parametrize("of_place", ["O", "P", "N"])
def test_hidden_is_what_a_line_of_partial_diffusion_would_have_given(of_place):
    shown = place(statutDiffusionEtablissement="O", **SECRETS).identity
    told = place(statutDiffusionEtablissement=of_place, **SECRETS).identity

    assert told.hidden().hidden() == told.hidden()
    assert told.hidden()[1:] == shown.hidden()[1:]
    assert told.hidden().diffusion == ("P" if of_place == "O" else of_place)


@pytest.mark.parametrize(
    ("cells", "name", "natural"),
    [
        ({}, "BOULANGERIE DU PONT 1", False),
        ({"denominationUniteLegale": "", "categorieJuridiqueUniteLegale": "1000",
          "prenomUsuelUniteLegale": "Zoé", "prenom1UniteLegale": "Marie", "nomUniteLegale": "PETIT"},
         "Zoé PETIT", True),
        ({"denominationUniteLegale": "", "categorieJuridiqueUniteLegale": "1000",
          "prenom1UniteLegale": "Marie", "nomUniteLegale": "PETIT", "nomUsageUniteLegale": "GRAND"},
         "Marie GRAND", True),
        ({"denominationUniteLegale": "", "sexeUniteLegale": "M", "nomUniteLegale": "PETIT"}, "PETIT", True),
        ({"denominationUniteLegale": "  DEUX   BLANCS "}, "DEUX BLANCS", False),
        ({"denominationUniteLegale": "[ND]"}, "", False),
        ({"denominationUniteLegale": "É" * 300}, "É" * 250, False),
    ],
)  # fmt: skip
def test_a_firm_is_named_by_its_denomination_or_by_the_person_s_used_names(cells, name, natural):
    facts, _doubts = unit(**cells)

    assert (facts.name, facts.is_natural_person) == (name, natural)


def test_the_usual_names_are_put_together():
    facts, _ = unit(
        denominationUsuelle1UniteLegale="UN", denominationUsuelle2UniteLegale="[ND]",
        denominationUsuelle3UniteLegale="TROIS", pseudonymeUniteLegale="QUATRE",
    )  # fmt: skip

    assert facts.trade_names == "UN TROIS QUATRE"


@pytest.mark.parametrize(
    ("born", "since", "state", "expected", "doubts"),
    [
        ("2010-01-01", "2015-01-01", "A", ("2010-01-01", "2015-01-01"), []),
        ("", "", "A", (None, None), []),
        ("[ND]", "2015-01-01", "A", (None, "2015-01-01"), []),
        ("2010-01-01", "2009-01-01", "A", ("2010-01-01", "2010-01-01"), ["period_before_creation"]),
        ("0001-01-01", "2009-01-01", "A", (None, "2009-01-01"), ["implausible_date"]),
        ("2010-01-01", "5015-01-01", "A", ("2010-01-01", None), ["implausible_date"]),
        ("2010-01-01", "2010-01-01", "F", ("2010-01-01", "2010-01-01"), []),
    ],
)
def test_the_life_of_a_place(born, since, state, expected, doubts):
    told = place(
        dateCreationEtablissement=born, dateDebut=since, etatAdministratifEtablissement=state
    )

    assert (told.identity.created_on, told.identity.period_on) == expected
    assert [code for _column, code, _value in told.doubts] == doubts


@pytest.mark.parametrize(
    ("nomenclature", "activity", "naf25"),
    [("NAFRev2", "10.71C", "10.71Y"), ("NAF2025", "10.71Y", ""), ("NAFRev1", "15.8C", ""),
     ("NAP", "38.40", ""), ("", "", "")],
)  # fmt: skip
def test_an_activity_keeps_its_nomenclature_and_naf_2025_stands_beside_it(
    nomenclature, activity, naf25
):
    identity = place(
        activitePrincipaleEtablissement=activity,
        nomenclatureActivitePrincipaleEtablissement=nomenclature,
        activitePrincipaleNAF25Etablissement=naf25,
    ).identity

    assert (identity.activity, identity.nomenclature) == (activity, nomenclature)
    assert (identity.activity_2025, identity.trade_register_code) == (naf25, "1071CZ")


@pytest.mark.parametrize(
    ("kept", "cell", "value"),
    [("is_headquarters", "etablissementSiege", False), ("employer", "caractereEmployeurEtablissement", ""),
     ("commune_label", "libelleCommuneEtablissement", ""), ("postcode", "codePostalEtablissement", "")],
)  # fmt: skip
def test_a_withheld_cell_is_blank_and_nothing_else(kept, cell, value):
    assert getattr(place(**{cell: "[ND]"}).identity, kept) == value


@given(st.permutations(range(len(PLACE_COLUMNS))))
def test_columns_are_found_by_name_in_any_order(order):
    row = firms.establishment_row(1)
    header = [PLACE_COLUMNS[rank] for rank in order]
    line = [row.get(name, "") for name in header]

    assert read_place(place_picker(header)(line), "59350") == place()


@pytest.mark.parametrize(
    "column",
    [
        "activitePrincipaleNAF25Etablissement", "coordonneeLambertAbscisseEtablissement",
        "enseigne3Etablissement", "anneeEffectifsEtablissement",
    ],
)  # fmt: skip
def test_a_column_that_an_older_stock_lacks_reads_blank(column):
    header = [name for name in firms.ESTABLISHMENT_COLUMNS if name != column]
    row = firms.establishment_row(1)
    line = [row.get(name, "") for name in header]

    assert read_place(place_picker(header)(line), "59350") == place(**{column: ""})


_street = st.text(st.sampled_from("ABCDE "), max_size=20)


@given(
    st.sampled_from(["A", "F"]), st.sampled_from(["", "NN", "01", "53"]), _street,
    st.sampled_from(["", "10.71C", "43.21A"]), st.booleans(),
)  # fmt: skip
def test_what_was_read_written_again_reads_the_same(state, band, street, activity, seat):
    told = place(
        etatAdministratifEtablissement=state, trancheEffectifsEtablissement=band,
        libelleVoieEtablissement=street, activitePrincipaleEtablissement=activity,
        etablissementSiege="true" if seat else "false",
    )  # fmt: skip
    identity = told.identity

    again = place(
        etatAdministratifEtablissement=identity.state,
        trancheEffectifsEtablissement=identity.size_band,
        typeVoieEtablissement="", libelleVoieEtablissement=identity.street,
        activitePrincipaleEtablissement=identity.activity,
        etablissementSiege=str(identity.is_headquarters).lower(),
    )  # fmt: skip

    assert again == told


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"siret": "1"}, "siret", "identifier"),
        ({"etatAdministratifEtablissement": "C"}, "etatAdministratifEtablissement", "state"),
        ({"statutDiffusionEtablissement": "o"}, "statutDiffusionEtablissement", "diffusion"),
        ({"trancheEffectifsEtablissement": "3"}, "trancheEffectifsEtablissement", "lost_zero"),
        ({"codePostalEtablissement": "590000"}, "codePostalEtablissement", "code"),
        ({"activitePrincipaleNAF25Etablissement": "1234567"},
         "activitePrincipaleNAF25Etablissement", "code"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_understood_names_its_column(cells, column, code):
    with pytest.raises(BadCell) as refused:
        place(**cells)

    assert (refused.value.column, refused.value.code) == (column, code)


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"siren": "12345678"}, "siren", "lost_zero"),
        ({"etatAdministratifUniteLegale": "F"}, "etatAdministratifUniteLegale", "state"),
        ({"statutDiffusionUniteLegale": ""}, "statutDiffusionUniteLegale", "diffusion"),
        ({"dateCreationUniteLegale": "1/1/2010"}, "dateCreationUniteLegale", "date"),
        ({"categorieJuridiqueUniteLegale": "54999"}, "categorieJuridiqueUniteLegale", "code"),
        ({"trancheEffectifsUniteLegale": "1"}, "trancheEffectifsUniteLegale", "lost_zero"),
    ],
)
def test_a_cell_of_a_legal_unit_that_cannot_be_understood_names_its_column(cells, column, code):
    with pytest.raises(BadCell) as refused:
        unit(**cells)

    assert (refused.value.column, refused.value.code) == (column, code)


def test_a_wrong_check_digit_and_an_implausible_birth_are_doubts_on_a_line_that_is_taken():
    right = firms.siren(1)
    wrong = right[:8] + str((int(right[8]) + 1) % 10)

    facts, doubts = unit(siren=wrong, dateCreationUniteLegale="0001-01-01")

    assert (facts.siren, facts.created_on) == (wrong, None)
    assert doubts == [
        ("siren", "check_digit", wrong),
        ("dateCreationUniteLegale", "implausible_date", "0001-01-01"),
    ]
