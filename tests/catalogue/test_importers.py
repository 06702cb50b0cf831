"""What comes in by file: what each format says of an entry, and each line that cannot be taken with its remedy."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from maillage.catalogue.importers import offers, schemes, structures
from maillage.catalogue.models import EntryVersion
from maillage.catalogue.vocabulary import Moment
from maillage.intake.models import Load
from maillage.intake.reasons import reason
from maillage.kernel.rows import Importer
from tests.factories import accounts, catalogue as make, intake

pytestmark = pytest.mark.django_db
IMPORTERS = {one.name: one for one in (offers.IMPORTER, structures.IMPORTER, schemes.IMPORTER)}


def loaded(importer: Importer, *rows: dict[str, Any]) -> None:
    """What the rows say is known, without the process that reads files."""
    make.told(importer, *rows)


def service(**facts: Any) -> EntryVersion:
    loaded(offers.IMPORTER, make.service(**facts))
    return EntryVersion.objects.offered().get()


def scheme(**facts: str) -> EntryVersion:
    loaded(schemes.IMPORTER, make.scheme(**facts))
    return EntryVersion.objects.offered().get()


def refused(source: str, content: bytes) -> list[tuple[int, str, str]]:
    """Line, column and reason of what a preview of a whole file refuses."""
    name = "aides.csv" if source == "aid_schemes" else "inclusion.json"
    load = intake.previewed(content, source=source, name=name)
    assert load.state == Load.State.PREVIEWED
    return sorted((one.line, one.column, one.code) for one in load.rejects.all())


def numbered(wrong: list[tuple[dict[str, Any], str, str]]) -> list[tuple[int, str, str]]:
    """What is to be refused when a right row stands first, then each wrong one."""
    return [(line, column, code) for line, (_facts, column, code) in enumerate(wrong, 3)]


# Services


def test_a_service_says_what_its_object_says() -> None:
    found = service(
        nom="Atelier", description="Première ligne.\n\n\n  Seconde   ligne.", frais="payant",
        frais_precisions="10 €", telephone="03 20 00 00 00", courriel="a@b.example",
        contact_nom_prenom="Une personne", lien_mobilisation="https://a.example/x",
        modes_mobilisation=["telephoner", "se-presenter"], mobilisation_precisions="Le matin.",
        adresse="1 place", code_postal="59000", commune="Lille", code_insee="59350",
        conditions_acces="Apporter son ordinateur.",
    )  # fmt: skip
    assert found.title == "Atelier"
    assert found.description == "Première ligne.\n\nSeconde ligne."
    assert (found.fees, found.fees_told) == ("paid", "10 €")
    assert (found.phone, found.email) == ("03 20 00 00 00", "a@b.example")
    assert (found.contact_name, found.link) == ("Une personne", "https://a.example/x")
    assert found.how == "téléphoner, se présenter\nLe matin."
    assert found.address == "1 place, 59000 Lille"
    assert found.other == "Apporter son ordinateur."
    assert (found.nature, found.told_by, found.told_on) == ("atelier", "dora", date(2020, 5, 2))
    assert (found.entry.source, found.entry.source_id) == ("di_services", "dora--1")


def test_a_service_answers_the_themes_that_firms_have_and_keeps_its_topics_in_words() -> None:
    found = service(
        thematiques=[
            "numerique--acquerir-un-equipement",
            "creer-une-entreprise--developper-son-entreprise",
        ]
    )
    assert found.themes == ("digital",)
    assert found.moments == (Moment.GROWTH.value,)
    assert found.topics == "acquerir un equipement, developper son entreprise"


@pytest.mark.parametrize(
    ("zone", "everywhere", "areas"),
    [
        (["france"], True, ()),
        (["59350", "200093201", "2A"], False, ("59350", "200093201", "2A")),
        (["59", "france"], True, ()),
        (None, False, ()),
    ],
)
def test_where_a_service_goes_is_in_codes_or_not_said(
    zone: list[str] | None, everywhere: bool, areas: tuple[str, ...]
) -> None:
    found = service(zone_eligibilite=zone)
    assert (found.everywhere, found.areas) == (everywhere, areas)


def test_publics_other_than_everybody_are_a_condition_in_words() -> None:
    found = service(publics=["femmes", "jeunes"], publics_precisions="De 18 à 25 ans.")
    assert found.other == "Publics\u00a0: femmes, jeunes. De 18 à 25 ans."
    assert found.conditions.other


def test_a_service_is_named_by_its_structure_whichever_comes_first() -> None:
    found = service()
    assert found.provider is not None
    assert found.provided == ""
    loaded(structures.IMPORTER, make.structure(nom="Maison du numérique"))
    assert EntryVersion.objects.offered().get().provided == "Maison du numérique"


def test_a_structure_told_inside_the_service_names_it_meanwhile() -> None:
    found = service(structure={"nom": "Maison dite dedans", "siret": None})
    assert found.provided == "Maison dite dedans"


WRONG_SERVICES: list[tuple[dict[str, Any], str, str]] = [
    ({"source": ""}, "source", "blank"),
    ({"structure_id": None}, "structure_id", "blank"),
    ({"id": None}, "id", "blank"),
    ({"nom": "X"}, "nom", "short"),
    ({"nom": "X" * 151}, "nom", "too_long"),
    ({"description": "Abc"}, "description", "short"),
    ({"description": None}, "description", "blank"),
    ({"date_maj": "hier"}, "date_maj", "date"),
    ({"date_maj": "2020-02-30"}, "date_maj", "date"),
    ({"frais": "cher"}, "frais", "unknown_word"),
    ({"type": "cadeau"}, "type", "unknown_word"),
    ({"publics": ["martiens"]}, "publics", "unknown_word"),
    ({"thematiques": ["numerique"]}, "thematiques", "unknown_word"),
    ({"thematiques": ["cuisine--recettes"]}, "thematiques", "unknown_word"),
    ({"thematiques": "[un"}, "thematiques", "list"),
    ({"zone_eligibilite": ["Lille"]}, "zone_eligibilite", "area"),
    ({"modes_mobilisation": ["pigeon"]}, "modes_mobilisation", "unknown_word"),
    ({"courriel": "nulle part"}, "courriel", "email"),
    ({"lien_source": "javascript:alert(1)"}, "lien_source", "link"),
    ({"code_postal": "5900"}, "code_postal", "postcode"),
    ({"code_insee": "LILLE"}, "code_insee", "commune"),
]  # fmt: skip


def test_a_service_that_breaks_the_schema_is_refused_with_its_line_and_column() -> None:
    rows = [make.service(n, **facts) for n, (facts, _column, _code) in enumerate(WRONG_SERVICES, 2)]
    assert refused("di_services", make.as_json(make.service(1), *rows)) == numbered(WRONG_SERVICES)


def test_the_same_service_told_twice_in_a_file_is_taken_once() -> None:
    assert refused("di_services", make.as_json(make.service(), make.service())) == [
        (3, "", "duplicate")
    ]


# Structures


def test_a_structure_is_an_entry_that_no_list_offers() -> None:
    loaded(structures.IMPORTER, make.structure(site_web="https://a.example"))
    assert make.titles() == []
    found = EntryVersion.objects.current().get()
    assert (found.title, found.link) == ("Maison 1", "https://a.example")


@pytest.mark.parametrize(
    ("siret", "siren"), [("41816609600069", "418166096"), ("41816609600060", ""), (None, "")]
)
def test_a_wrong_check_digit_refuses_no_structure_and_names_no_partner(
    siret: str | None, siren: str
) -> None:
    loaded(structures.IMPORTER, make.structure(siret=siret))
    assert EntryVersion.objects.current().get().provider_siren == siren


WRONG_STRUCTURES: list[tuple[dict[str, Any], str, str]] = [
    ({"nom": ""}, "nom", "blank"),
    ({"date_maj": None}, "date_maj", "blank"),
    ({"siret": "12345"}, "siret", "identifier"),
    ({"site_web": "chez nous"}, "site_web", "link"),
]  # fmt: skip


def test_a_structure_that_breaks_the_schema_is_refused() -> None:
    rows = [
        make.structure(n, **facts) for n, (facts, _column, _code) in enumerate(WRONG_STRUCTURES, 2)
    ]
    assert refused("di_structures", make.as_json(make.structure(1), *rows)) == numbered(
        WRONG_STRUCTURES
    )


def test_the_partner_that_bears_the_siren_of_a_structure_answers_for_what_it_offers() -> None:
    partner = accounts.organisation(siren="418166096")
    first = service().entry
    loaded(structures.IMPORTER, make.structure(siret="41816609600069"))
    first.refresh_from_db()
    assert first.partner == partner


# Schemes


def test_a_scheme_says_in_codes_what_its_line_says_in_codes() -> None:
    found = scheme(
        titre="Diagnostic", promesse="Réduisez vos factures", url_source="https://a.example/aide",
        eligibilite_geographique="REG-32|COM-62498", eligibilite_geographique_exclusions="COM-59350",
        date_ouverture="2020-01-01T00:00:00Z", date_cloture="2020-12-31",
        eligibilite_effectif_minimal="1", eligibilite_effectif_maximal="49",
        eligibilite_annees_existence_minimal="2", eligibilite_forme_juridique="EI|SARL",
        eligibilite_forme_juridique_exclusions="Association", ciblage_naf="F|10.71C",
        ciblage_naf_exclusions="43.9",
    )  # fmt: skip
    assert (found.title, found.summary) == ("Diagnostic", "Réduisez vos factures")
    assert found.link == "https://a.example/aide"
    assert (found.everywhere, found.areas, found.areas_out) == (False, ("R32", "62498"), ("59350",))
    assert (found.valid_from, found.valid_until) == (date(2020, 1, 1), date(2020, 12, 31))
    assert (found.headcount_min, found.headcount_max, found.age_min) == (1, 49, 2)
    assert (found.legal_forms, found.legal_forms_out) == (("1", "54"), ("92",))
    assert (found.activities, found.is_priority) == (("41", "42", "43", "10.71C"), True)
    assert found.activities_out == ("43.9",)
    assert found.nature == "information, financement"
    assert found.told_on == date(2020, 4, 1)


def test_what_a_scheme_says_in_words_remains_to_be_asked() -> None:
    found = scheme(
        eligibilite_categorie_taille_entreprise="MIC|PME", eligibilite_forme_juridique="SARL|Microentrepreneur",
        ciblage_secteur_activite="agriculture|services",
    )  # fmt: skip
    assert found.legal_forms == ()
    assert found.other.split("\n") == [
        "Être à jour de ses cotisations.",
        "Taille\u00a0: micro-entreprise, PME.",
        "Formes juridiques\u00a0: SARL, Microentrepreneur.",
        "Secteurs\u00a0: agriculture, services.",
    ]


@pytest.mark.parametrize(
    ("cell", "name", "siren"),
    [
        (
            '[{"nom": "ADEME", "siren": "385290309", "roles": []}, {"nom": "Autre"}]',
            "ADEME",
            "385290309",
        ),
        ("[{ nom: 'ADEME', siren: '385 290 309', roles: [ 'instructeur' ]}]", "ADEME", "385290309"),
        ("[{ nom: 'Agence de l'eau', roles: [] }]", "Agence de l'eau", ""),
        ('{"nom": "Seule"}', "Seule", ""),
        ("Région Hauts-de-France", "Région Hauts-de-France", ""),
        ('[{"nom": "Faux SIREN", "siren": "123456789"}]', "Faux SIREN", ""),
    ],
)
def test_who_carries_a_scheme_is_read_however_the_list_is_written(
    cell: str, name: str, siren: str
) -> None:
    found = scheme(porteurs=cell)
    assert (found.provider_name, found.provider_siren) == (name, siren)


WRONG_SCHEMES: list[tuple[dict[str, Any], str, str]] = [
    ({"id": "DSP000123"}, "id", "uuid"),
    ({"titre": ""}, "titre", "blank"),
    ({"description": ""}, "description", "blank"),
    ({"eligibilite": ""}, "eligibilite", "blank"),
    ({"types_aides": ""}, "types_aides", "blank"),
    ({"promesse": "X" * 181}, "promesse", "too_long"),
    ({"porteurs": "[]"}, "porteurs", "nobody_named"),
    ({"porteurs": "[{ siren: '1' }]"}, "porteurs", "nobody_named"),
    ({"cibles": "particuliers"}, "cibles", "not_for_firms"),
    ({"cibles": "professionnels|martiens"}, "cibles", "unknown_word"),
    ({"eligibilite_geographique": "Lille"}, "eligibilite_geographique", "place"),
    ({"eligibilite_geographique": "DEP-599"}, "eligibilite_geographique", "area"),
    ({"date_mise_a_jour": ""}, "date_mise_a_jour", "blank"),
    ({"date_cloture": "bientôt"}, "date_cloture", "date"),
    ({"date_ouverture": "2020-02-01", "date_cloture": "2020-01-01"}, "date_cloture", "crossed"),
    ({"eligibilite_effectif_minimal": "dix"}, "eligibilite_effectif_minimal", "number"),
    (
        {"eligibilite_effectif_minimal": "50", "eligibilite_effectif_maximal": "10"},
        "eligibilite_effectif_maximal",
        "crossed",
    ),
    (
        {"eligibilite_categorie_taille_entreprise": "TPE"},
        "eligibilite_categorie_taille_entreprise",
        "unknown_word",
    ),
    ({"ciblage_naf": "10.71CC"}, "ciblage_naf", "naf"),
    ({"ciblage_naf": "Z"}, "ciblage_naf", "naf"),
    ({"url_source": "www"}, "url_source", "link"),
]  # fmt: skip


def test_a_scheme_that_breaks_the_schema_is_refused_with_its_line_and_column() -> None:
    rows = [make.scheme(n, **facts) for n, (facts, _column, _code) in enumerate(WRONG_SCHEMES, 2)]
    assert refused("aid_schemes", make.as_csv(make.scheme(1), *rows)) == numbered(WRONG_SCHEMES)


@pytest.mark.parametrize("importer", IMPORTERS.values(), ids=IMPORTERS)
def test_each_reason_of_a_refusal_says_its_remedy_in_both_languages(importer: Importer) -> None:
    for code, words in importer.reasons.items():
        assert reason(code, importer) not in {"", code}
        assert words.fr
        assert words.en
        assert words.fr != words.en
