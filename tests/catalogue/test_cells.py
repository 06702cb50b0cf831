"""Each cell of the files of the catalogue: what it may say, what it is read as, what it is refused for."""

from __future__ import annotations

import json
import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, strategies as st

from maillage.catalogue.codes import is_area
from maillage.catalogue.importers import inclusion, legal, offers, schemes, structures, told
from maillage.catalogue.vocabulary import Moment
from maillage.kernel.identifiers import luhn
from maillage.kernel.rows import BadCell, Importer, folded
from maillage.ledger import themes

IMPORTERS: dict[str, Importer] = {
    one.name: one for one in (offers.IMPORTER, structures.IMPORTER, schemes.IMPORTER)
}


def refused(read: Callable[[str], Any], cell: str) -> str:
    """For what a cell is refused."""
    with pytest.raises(BadCell) as fault:
        read(cell)
    return fault.value.code


# Lists


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ('["un", "deux"]', ("un", "deux")),
        ('["un", " un ", "deux"]', ("un", "deux")),
        ('["", "un"]', ("un",)),
        ("[]", ()),
        ("un|deux", ("un", "deux")),
        (" un | un ||deux| ", ("un", "deux")),
        ("un, deux", ("un, deux",)),
        ("", ()),
        ("|", ()),
        (' ["un"] ', ("un",)),
    ],
)
def test_a_list_is_written_as_json_or_between_bars(cell: str, values: tuple[str, ...]) -> None:
    assert told.several(cell) == values


@pytest.mark.parametrize("cell", ['["un"', "[1, 2]", '["un", null]', "[un, deux]", '[["un"]]'])
def test_what_begins_as_a_list_and_is_none_is_refused_as_such(cell: str) -> None:
    assert refused(told.several, cell) == "list"


def test_a_list_nested_without_end_is_one_refused_cell_and_stops_nothing() -> None:
    assert refused(told.several, "[" * 100_000) == "list"


def test_providers_nested_without_end_are_one_refused_cell() -> None:
    assert refused(schemes.provider, "[" * 100_000) == "nobody_named"


words = st.text(st.characters(codec="utf-8", exclude_characters="|[]\0"), max_size=8).map(str.strip)


@given(st.lists(words.filter(bool), max_size=5))
def test_a_list_says_the_same_in_both_writings(values: list[str]) -> None:
    once_each = tuple(dict.fromkeys(values))
    assert told.several(json.dumps(values)) == once_each
    assert told.several("|".join(values)) == once_each


@pytest.mark.parametrize("cell", ["telephoner|pigeon", '["pigeon"]', "Telephoner"])
def test_a_word_that_the_schema_does_not_have_is_refused(cell: str) -> None:
    assert refused(told.among(inclusion.WAYS), cell) == "unknown_word"


# Words


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("  un   mot ", "un mot"),
        ("une\r\nligne", "une\nligne"),
        ("un\n\n\n\nautre", "un\n\nautre"),
        ("un\n   \n\t\nautre", "un\n\nautre"),
        ("\n\nun mot\n\n", "un mot"),
        ("un\tmot", "un mot"),
        ("x" * 20, "x" * 20),
    ],
)
def test_prose_keeps_its_paragraphs_and_loses_its_blanks(cell: str, read: str) -> None:
    assert told.prose(3, 20)(cell) == read


@pytest.mark.parametrize(
    ("cell", "code"),
    [("ab", "short"), ("  a  ", "short"), ("x" * 21, "too_long")],
)
def test_prose_stands_between_two_lengths(cell: str, code: str) -> None:
    assert refused(told.prose(3, 20), cell) == code


@given(st.text(alphabet=string.ascii_letters + " \n\t\r", max_size=60))
def test_prose_read_again_is_the_same(cell: str) -> None:
    read = told.prose(0, 1_000)
    once = read(cell)
    assert read(once) == once
    assert once == once.strip()
    assert "  " not in once
    assert "\n\n\n" not in once


# Addresses


@pytest.mark.parametrize("cell", ["a@b.example", " a.b@c-d.example "])
def test_an_address_of_mail_is_kept_without_blanks(cell: str) -> None:
    assert told.email(cell) == cell.strip()


@pytest.mark.parametrize(
    "cell", ["a", "a@", "@b.example", "a@b", "a b@c.example", "a@b.example;c@d.example"]
)
def test_what_no_letter_could_reach_is_refused(cell: str) -> None:
    assert refused(told.email, cell) == "email"


def test_an_address_longer_than_an_entry_keeps_is_refused_before_a_database_refuses_it() -> None:
    domain = ".".join(["d" * 60] * 3) + ".example"
    longest = "a" * (told.LONGEST_EMAIL - len(domain) - 1) + f"@{domain}"
    assert told.email(longest) == longest
    assert refused(told.email, f"a{longest}") == "too_long"


@pytest.mark.parametrize("cell", ["https://a.example", " http://a.example/x?y=1 "])
def test_a_page_is_kept_without_blanks(cell: str) -> None:
    assert told.link(cell) == cell.strip()


@pytest.mark.parametrize(
    "cell",
    ["a.example", "javascript:alert(1)", "ftp://a.example", "https://", "file:///etc/passwd"],
)
def test_what_no_reader_could_open_is_refused(cell: str) -> None:
    assert refused(told.link, cell) == "link"


@pytest.mark.parametrize("cell", ["59000", " 01000 "])
def test_a_postcode_has_five_digits(cell: str) -> None:
    assert structures.postcode(cell) == cell.strip()


@pytest.mark.parametrize("cell", ["", "5900", "590000", "59 000", "ABCDE"])
def test_a_postcode_of_another_form_is_refused(cell: str) -> None:
    assert refused(structures.postcode, cell) == "postcode"


def test_a_siret_whose_check_digit_is_wrong_is_none() -> None:
    assert structures.siret("418 166 096 00069") == "41816609600069"
    assert structures.siret("41816609600060") == ""
    assert refused(structures.siret, "12345") == "identifier"


# Areas


@pytest.mark.parametrize(
    ("cell", "areas"),
    [
        ('["france"]', ("FRANCE",)),
        ('["FR"]', ("FRANCE",)),
        ("59350|59|r32", ("59350", "59", "R32")),
        ('["2a", "200093201"]', ("2A", "200093201")),
    ],
)
def test_the_zone_of_a_service_is_in_codes_or_the_whole_country(
    cell: str, areas: tuple[str, ...]
) -> None:
    assert offers.zone(cell) == areas


@pytest.mark.parametrize(
    ("cell", "areas"),
    [
        ("PAYS-99100", (schemes.FRANCE,)),
        ("pays-99100", (schemes.FRANCE,)),
        ("REG-32|DEP-59|COM-59350", ("R32", "59", "59350")),
        ("EPCI-200093201", ("200093201",)),
        ("DEP-2A|COM-2A004|DEP-971", ("2A", "2A004", "971")),
    ],
)
def test_the_places_of_a_scheme_say_their_sort(cell: str, areas: tuple[str, ...]) -> None:
    assert schemes.places(cell) == areas


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Lille", "place"),
        ("59350", "place"),
        ("VILLE-59350", "place"),
        ("REG-", "place"),
        ("REG-3", "place"),
        ("DEP-599", "area"),
        ("DEP-59|Lille", "place"),
        ("PAYS-99109", "place"),  # Germany is not the whole of France
    ],
)
def test_a_place_of_another_form_is_refused(cell: str, code: str) -> None:
    assert refused(schemes.places, cell) == code


def test_a_scheme_does_not_leave_out_the_whole_country() -> None:
    assert schemes.places_out("COM-59350|DEP-62") == ("59350", "62")
    assert refused(schemes.places_out, "COM-59350|PAYS-99100") == "place"


@given(st.lists(st.sampled_from(["59350", "2A004", "59", "971", "R32", "200093201"]), max_size=4))
def test_areas_that_are_read_are_codes_of_areas_whatever_their_case(codes: list[str]) -> None:
    read = offers.zone("|".join(codes).lower())
    assert read == tuple(dict.fromkeys(codes))
    assert all(is_area(one) for one in read)


# Activities, legal forms


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("F", ("41", "42", "43")),
        ("F|43.2|10.71C", ("41", "42", "43", "43.2", "10.71C")),
        ("43|F", ("43", "41", "42")),
        ("56.1|56.10|56.10A", ("56.1", "56.10", "56.10A")),
        ("U", ("99",)),
    ],
)
def test_codes_of_naf_are_of_any_level_and_a_section_is_its_divisions(
    cell: str, codes: tuple[str, ...]
) -> None:
    assert schemes.activities(cell) == codes


@pytest.mark.parametrize("cell", ["V", "f", "5", "561", "56.10AA", "56.", "56.1A", "boulangerie"])
def test_what_is_no_code_of_naf_is_refused(cell: str) -> None:
    assert refused(schemes.activities, cell) == "naf"


def test_sections_share_the_divisions_out_each_in_one_and_in_order() -> None:
    assert "".join(legal.SECTIONS) == string.ascii_uppercase[:21]
    every = [division for divisions in legal.SECTIONS.values() for division in divisions]
    assert every == sorted(set(every))
    assert len(every) == 88  # the divisions of the NAF rev. 2
    assert all(len(one) == 2 and one.isdigit() for one in every)


def test_legal_forms_are_found_without_case_or_accent_and_their_codes_are_beginnings() -> None:
    assert legal.FORMS[folded("sarl")] == legal.FORMS[folded("SARL")] == ("54",)
    assert legal.FORMS[folded("entreprise individuelle")] == legal.FORMS[folded("EI")] == ("1",)
    assert folded("Microentrepreneur") not in legal.FORMS
    for codes in legal.FORMS.values():
        assert codes
        assert all(one.isdigit() and 1 <= len(one) <= 4 for one in codes)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("particuliers", "not_for_firms"),
        ("secteur public|particuliers", "not_for_firms"),
        ("", "not_for_firms"),
        ("professionnels|martiens", "unknown_word"),
    ],
)
def test_a_scheme_for_nobody_of_ours_is_refused(cell: str, code: str) -> None:
    assert refused(schemes.targets, cell) == code


def test_a_scheme_for_firms_among_others_is_taken() -> None:
    assert schemes.targets("particuliers|professionnels") == ("particuliers", "professionnels")
    assert schemes.targets("associations") == ("associations",)


@pytest.mark.parametrize("cell", ["", "1", "0000-0000", "x" * 36])
def test_a_scheme_bears_the_identifier_of_its_first_publisher(cell: str) -> None:
    assert refused(schemes.identifier, cell) == "uuid"


def test_one_identifier_is_the_same_however_it_is_written() -> None:
    plain = "0193c0de-0000-7000-8000-000000000001"
    for written in (plain, plain.upper(), f" {plain} ", plain.replace("-", ""), f"{{{plain}}}"):
        assert schemes.identifier(written) == plain


# Who carries a scheme


@pytest.mark.parametrize("cell", ["[]", "[{}]", '[{"siren": "385290309"}]', "{ }", "[{ nom: '' }]"])
def test_providers_of_whom_none_is_named_are_refused(cell: str) -> None:
    assert refused(schemes.provider, cell) == "nobody_named"


def test_the_first_who_is_named_carries_the_scheme() -> None:
    cell = '[{"siren": "1"}, {"nom": "ADEME", "siren": "385 290 309"}, {"nom": "Autre"}]'
    assert schemes.provider(cell) == schemes.Provider("ADEME", "385290309")


@given(st.text("0123456789", min_size=9, max_size=9))
def test_a_provider_bears_a_siren_only_when_its_check_digit_holds(siren: str) -> None:
    found = schemes.provider(json.dumps([{"nom": "A", "siren": siren}]))
    assert found == schemes.Provider("A", siren if luhn(siren) else "")


def test_a_long_name_of_a_provider_is_cut_where_an_entry_cuts_it() -> None:
    assert len(schemes.provider(json.dumps({"nom": "A" * 300})).name) == 200
    assert refused(schemes.provider, "A" * 201) == "too_long"


# Topics of data·inclusion


@pytest.mark.parametrize("topic", ["numerique--x", "mobilite--acheter-un-velo", "sante--a--b"])
def test_a_topic_is_a_family_and_what_of_it(topic: str) -> None:
    assert inclusion.is_topic(topic)
    assert offers.topics(topic) == (topic,)


@pytest.mark.parametrize("topic", ["numerique", "numerique--", "--x", "cuisine--x", "Numerique--x"])
def test_what_is_no_topic_is_refused(topic: str) -> None:
    assert not inclusion.is_topic(topic)
    assert refused(offers.topics, topic) == "unknown_word"


def test_what_is_read_of_topics_exists_in_the_product() -> None:
    assert set(inclusion.THEMES) <= inclusion.FAMILIES
    assert all(themes.find(code) for code in inclusion.THEMES.values())
    assert all(inclusion.is_topic(topic) for topic in inclusion.MOMENTS)
    assert set(inclusion.MOMENTS.values()) <= set(Moment)
    assert set(inclusion.PUBLICS) >= inclusion.EVERYBODY


# Every column of every file


@pytest.mark.parametrize("importer", IMPORTERS.values(), ids=IMPORTERS)
def test_each_column_is_named_in_both_languages_and_once(importer: Importer) -> None:
    names = [name for one in importer.columns for name in (one.name, *one.aliases)]
    assert len(names) == len(set(names))
    for one in importer.columns:
        assert one.words.fr
        assert one.words.en


@pytest.mark.parametrize("importer", IMPORTERS.values(), ids=IMPORTERS)
def test_a_column_that_may_be_absent_may_be_blank(importer: Importer) -> None:
    assert all(one.may_be_blank for one in importer.columns if not one.needed)
    needed = [one.name for one in importer.columns if one.needed]
    assert len(needed) >= 4
    assert not [one.name for one in importer.columns if one.needed and one.may_be_blank]
