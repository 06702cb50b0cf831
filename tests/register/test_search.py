"""Finding firms: by number, by words, by the start of words, with one slip, in a commune."""

import json

import pytest
from django.core.management import call_command

from maillage import register
from maillage.accounts.actors import ANONYMOUS
from maillage.register import bulk, indexing
from maillage.register.actions import settle
from maillage.register.finding import is_one_edit
from maillage.register.models import Establishment, Load
from tests.factories import register as firms

pytestmark = pytest.mark.django_db


def find(text, **options):
    return [hit.establishment for hit in register.search(text, actor=ANONYMOUS, **options)]


@pytest.fixture
def bakery():
    return firms.establishment(trade_name="Boulangerie Éléonore", unit_name="SARL LEVAIN DU NORD")


@pytest.mark.parametrize(
    "text", ["éléonore", "ELEONORE", "boul", "boulangerie eleonore", "levain nord", "Levain  NORD"]
)
def test_a_firm_is_found_by_words_of_its_names_without_accents_or_case(bakery, text):
    firms.establishment(trade_name="Garage Central", unit_name="AUTO 59")

    assert find(text) == [bakery]


@pytest.mark.parametrize("text", ["boulangrie", "boulangerrie", "boulamgerie", "boualngerie"])
def test_one_slip_in_a_word_is_forgiven(bakery, text):
    assert find(text) == [bakery]


def test_two_slips_are_not(bakery):
    assert find("bulangrie") == []


def test_a_slip_is_looked_for_only_when_nothing_answers_as_typed(bakery):
    near = firms.establishment(trade_name="Boulangerie Éléanore")

    assert find("boulangerie eleonore") == [bakery]
    assert set(find("boulangerie eleinore")) == {near, bakery}


def test_what_is_shown_of_a_hit_is_the_firm_as_django_reads_it(bakery):
    (hit,) = find("levain nord")

    asked = Establishment.objects.select_related("legal_unit").get(pk=bakery.pk)
    for found, wanted in ((hit, asked), (hit.legal_unit, asked.legal_unit)):
        told = [(f.attname, getattr(found, f.attname)) for f in wanted._meta.concrete_fields]
        assert told == [(name, getattr(wanted, name)) for name, _value in told]


def test_a_firm_is_found_by_its_siret_and_by_its_siren_with_or_without_blanks(bakery):
    siret = bakery.siret

    assert find(siret) == [bakery]
    assert find(f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}") == [bakery]
    assert find(siret[:9]) == [bakery]


def test_a_search_is_limited_to_a_commune(bakery):
    there = firms.establishment(trade_name="Boulangerie du Port", commune="59512")

    assert find("boulangerie", commune="59512") == [there]
    assert find(there.siret, commune="59350") == []


def test_whole_words_come_before_begun_ones_and_active_before_closed():
    closed = firms.establishment(trade_name="PAIN", state="F")
    begun = firms.establishment(trade_name="PAINS DE LILLE")
    whole = firms.establishment(trade_name="PAIN")

    assert find("pain") == [whole, closed, begun]


def test_a_hidden_firm_answers_to_its_number_only_and_shows_no_name():
    hidden = firms.establishment(diffusion="P", unit_diffusion="P")

    (hit,) = register.search(hidden.siret, actor=ANONYMOUS)

    assert hit.name == "Entreprise non diffusible"
    assert find("non diffusible") == []


def test_nothing_of_an_undone_load_is_found():
    load = firms.load_active()
    place = firms.establishment(trade_name="FORGE", spell_load=load)
    assert find("forge") == [place]
    Load.objects.filter(pk=load.pk).update(state="undone", undone_at=load.activated_at)

    assert find("forge") == []


def test_a_load_leaves_no_word_beside_the_index(bakery):
    # PostgreSQL sets new words aside, and would read them all at each search.
    settle(load=firms.load_active())

    assert indexing.merge() == 0
    assert find("eleonore") == [bakery]


@pytest.mark.parametrize(
    "text", ["", "  ", "'", '"', "a:b*", "%", "\\", "NEAR(", "☃", "' | '", "*"]
)
def test_odd_texts_find_nothing_and_break_nothing(bakery, text):
    assert find(text) == []


def test_a_word_that_no_name_bears_any_more_leaves_the_vocabulary(bakery):
    Establishment.objects.filter(pk=bakery.pk).update(trade_name="Boulangerie")
    indexing.refresh([bakery.pk])

    words = {row[0] for row in bulk.fetch("SELECT word FROM register_wordform")}

    assert "eleonore" not in words
    assert "boulangerie" in words


def test_a_search_takes_as_many_queries_for_one_hit_as_for_many(django_assert_max_num_queries):
    firms.establishment(trade_name="COIFFURE")
    with django_assert_max_num_queries(10) as one:
        assert len(find("coiffure", limit=1)) == 1
    for _ in range(30):
        firms.establishment(trade_name="COIFFURE")
    with django_assert_max_num_queries(10) as many:
        assert len(find("coiffure", limit=20)) == 20

    assert len(many) <= len(one)


@pytest.mark.parametrize(
    ("typed", "meant", "near"),
    [("pain", "pain", True), ("pan", "pain", True), ("paint", "pain", True), ("pqin", "pain", True),
     ("pian", "pain", True), ("pin", "paine", False), ("niap", "pain", False)],
)  # fmt: skip
def test_one_edit_is_a_letter_added_left_out_changed_or_two_swapped(typed, meant, near):
    assert is_one_edit(typed, meant) is near


@pytest.mark.usefixtures("geography")
def test_the_command_prints_hits_as_text_and_as_json(bakery, capsys):
    call_command("search", "eleonore", json=True)
    (told,) = json.loads(capsys.readouterr().out)
    call_command("search", "eleonore", commune="59350")

    assert (told["siret"], told["name"]) == (bakery.siret, "Boulangerie Éléonore")
    assert "Boulangerie Éléonore" in capsys.readouterr().out
