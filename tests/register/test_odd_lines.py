"""Lines that a spreadsheet, a slip or La Poste made odd: what is taken, what is doubted, what is refused."""

import pytest
from django.utils import translation

from maillage.register.importers import cells
from maillage.register.importers.cells import BadCell
from maillage.register.importers.parsing import (
    PLACE_COLUMNS,
    place_picker,
    read_place,
    read_unit,
    unit_picker,
)
from maillage.register.rejects import Remark
from tests.factories import register as firms

LA_POSTE = "356000000"
SIRET = "73282932000074"


def place(**told):
    row = firms.establishment_row(1, **told)
    row["siren"] = told.get("siren", row["siret"].strip()[:9])
    line = [row.get(column, "") for column in firms.ESTABLISHMENT_COLUMNS]
    return read_place(
        place_picker(firms.ESTABLISHMENT_COLUMNS)(line), row["codeCommuneEtablissement"]
    )


def unit(**told):
    row = firms.unit_row(1, **told)
    line = [row.get(column, "") for column in firms.UNIT_COLUMNS]
    return read_unit(unit_picker(firms.UNIT_COLUMNS)(line))


@pytest.mark.parametrize(
    ("siret", "doubted"),
    [
        (SIRET, False),
        ("73282932000075", True),  # one digit off
        ("73282923000074", True),  # two neighbours swapped
        ("35600000000048", False),  # La Poste's seat follows Luhn
        ("35600000049837", False),  # its post offices: the sum of the digits is a multiple of five
        ("35600000049838", True),
        ("35600000100053", False),
        ("35600100049837", True),  # the rule is La Poste's alone
    ],
)
def test_a_wrong_check_digit_is_doubted_and_the_line_is_taken_all_the_same(siret, doubted):
    facts = place(siret=siret)

    assert facts.siret == siret
    assert facts.doubts == ([("siret", "check_digit", siret)] if doubted else [])


@pytest.mark.parametrize(
    ("siren", "doubted"), [(LA_POSTE, False), ("732829320", False), ("732829321", True)]
)
def test_a_siren_is_doubted_likewise_and_taken(siren, doubted):
    facts, doubts = unit(siren=siren)

    assert facts.siren == siren
    assert [code for _column, code, _value in doubts] == (["check_digit"] if doubted else [])


MANGLED = [
    ("siret", "7,32829E+13", "spreadsheet_number"),
    ("siret", "7.32829e+13", "spreadsheet_number"),
    ("siret", "3282932000074", "lost_zero"),
    ("siret", "732829320", "siren_for_siret"),
    ("siret", "", "identifier"),
    ("siret", "7328293200007A", "identifier"),
    ("siret", "732829320000740", "identifier"),
    ("siren", "732829321", "siren_differs"),
    ("statutDiffusionEtablissement", "", "diffusion"),
    ("statutDiffusionEtablissement", "o", "diffusion"),
    ("etatAdministratifEtablissement", "C", "state"),
    ("etatAdministratifEtablissement", "", "state"),
    ("dateCreationEtablissement", "01/02/2010", "date"),
    ("dateCreationEtablissement", "2010-02-30", "date"),
    ("dateDebut", "40179", "date"),  # a spreadsheet's number of days
    ("trancheEffectifsEtablissement", "1", "lost_zero"),
    ("trancheEffectifsEtablissement", "54", "code"),
    ("activitePrincipaleEtablissement", "10.71CX", "code"),
    ("codePostalEtablissement", "59000 LILLE", "code"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value", "code"), MANGLED)
def test_a_cell_that_cannot_be_taken_says_its_column_its_reason_and_what_was_read(
    column, value, code
):
    with pytest.raises(BadCell) as refused:
        place(**({"siret": SIRET} | {column: value}))

    assert (refused.value.column, refused.value.code, refused.value.value) == (column, code, value)


@pytest.mark.parametrize("code", sorted({code for *_cell, code in MANGLED}))
def test_each_reason_is_a_sentence_in_french_and_another_in_english(code):
    said = {}
    for language in ("fr", "en"):
        with translation.override(language):
            said[language] = Remark("f.csv", 2, "siret", code).reason

    assert len(said["fr"]) > 20 < len(said["en"])
    assert said["fr"] != said["en"]


@pytest.mark.parametrize("cell", ["siret", "siren"])
def test_blanks_around_an_identifier_are_forgiven_in_each_of_its_two_columns(cell):
    told = {"siret": SIRET, "siren": SIRET[:9]}

    assert place(**(told | {cell: f" {told[cell]} "})).siret == SIRET


@pytest.mark.parametrize("blank", ["", "[ND]"])
def test_a_blank_or_withheld_creation_date_is_unknown_and_no_fault(blank):
    facts = place(dateCreationEtablissement=blank)

    assert facts.identity.created_on is None
    assert facts.identity.period_on == "2010-01-01"
    assert facts.doubts == []


@pytest.mark.parametrize(
    ("born", "since", "kept", "doubt"),
    [
        ("1599-12-31", "2010-01-01", (None, "2010-01-01"), "implausible_date"),
        ("2010-01-01", "2100-01-01", ("2010-01-01", None), "implausible_date"),
        ("2010-01-02", "2010-01-01", ("2010-01-02", "2010-01-02"), "period_before_creation"),
        ("2012-02-29", "2012-02-29", ("2012-02-29", "2012-02-29"), None),
    ],
)
def test_days_out_of_order_or_of_the_world_are_doubted_and_the_line_is_taken(
    born, since, kept, doubt
):
    facts = place(dateCreationEtablissement=born, dateDebut=since)

    assert (facts.identity.created_on, facts.identity.period_on) == kept
    assert [code for _column, code, _value in facts.doubts] == ([doubt] if doubt else [])


@pytest.mark.parametrize(
    ("activity", "nomenclature", "naf_2025", "trade"),
    [
        ("10.71C", "NAFRev2", "", ""),
        ("10.71C", "NAFRev2", "10.71Y", "1071CZ"),
        ("52.4C", "NAF1993", "", ""),
        ("158C", "NAP", "", ""),
        ("", "", "10.71Y", ""),
    ],
)
def test_activities_are_kept_each_with_the_nomenclature_that_gives_it_its_sense(
    activity, nomenclature, naf_2025, trade
):
    identity = place(
        activitePrincipaleEtablissement=activity,
        nomenclatureActivitePrincipaleEtablissement=nomenclature,
        activitePrincipaleNAF25Etablissement=naf_2025,
        activitePrincipaleRegistreMetiersEtablissement=trade,
    ).identity

    kept = (
        identity.activity,
        identity.nomenclature,
        identity.activity_2025,
        identity.trade_register_code,
    )
    assert kept == (activity, nomenclature, naf_2025, trade)


@pytest.mark.parametrize("status", ["P", "N"])
def test_of_a_firm_of_partial_diffusion_only_commune_and_activity_stay(status):
    identity = place(statutDiffusionEtablissement=status).identity

    assert (identity.commune, identity.activity, identity.diffusion) == ("59350", "10.71C", status)
    named = (identity.trade_name, identity.usual_name, identity.complement, identity.street_number,
             identity.street, identity.lon, identity.lat)  # fmt: skip
    assert named == ("", "", "", "", "", None, None)


@pytest.mark.parametrize("status", ["P", "N"])
@pytest.mark.parametrize(
    "column",
    ["denominationUniteLegale", "nomUniteLegale", "prenom1UniteLegale", "pseudonymeUniteLegale",
     "denominationUsuelle1UniteLegale", "sigleUniteLegale"],
)  # fmt: skip
def test_no_column_of_a_hidden_unit_leaves_its_name_behind(status, column):
    facts, _doubts = unit(statutDiffusionUniteLegale=status, **{column: "DUPONT"})

    assert "DUPONT" not in repr(facts)


@pytest.mark.parametrize("limit", range(1, 12))
def test_a_name_that_is_cut_ends_with_a_letter_and_never_with_a_blank(limit):
    cut = cells.words("AU", "BON", "PAIN", limit=limit)

    assert cut == cut.strip()
    assert "AU BON PAIN".startswith(cut)
    assert len(cut) <= limit


def test_the_columns_of_a_line_are_found_by_name_whatever_their_order():
    row = firms.establishment_row(1)
    columns = sorted(firms.ESTABLISHMENT_COLUMNS, reverse=True)

    picked = place_picker(columns)([row.get(column, "") for column in columns])

    assert dict(zip(PLACE_COLUMNS, picked, strict=True))["siret"] == row["siret"]
    assert read_place(picked, "59350") == place()
