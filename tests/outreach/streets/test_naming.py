"""One street has one name, however the register, a sign or a phone spells it."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from maillage.outreach.streets import called, key_of

ALIKE = [
    ("AV DU GAL DE GAULLE", "avenue du Général-de-Gaulle"),
    ("BD GAMBETTA", "Boulevard Gambetta"),
    ("PL DE LA REPUBLIQUE", "place de la République"),
    ("RUE DE L EGLISE", "rue de l’Église"),
    ("RUE DE L EGLISE", "r. de l'Eglise"),
    ("CHE DES PRES", "Chemin des Prés"),
    ("RUE DU MAL FOCH", "rue du maréchal Foch"),
    ("RUE ST PIERRE ST PAUL", "rue Saint-Pierre Saint-Paul"),
    ("ALL DR CALMETTE", "allée du Docteur Calmette".replace("du ", "")),
    ("GR", "Grande Rue"),
    ("RUE DU FBG DE BETHUNE", "rue du faubourg de Béthune"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_two_spellings_are_one_street(one: str, other: str) -> None:
    assert key_of(one) == key_of(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RUE PASTEUR", "AVENUE PASTEUR"),
        ("RUE DE LILLE", "RUE DE LILLERS"),
        ("RUE DU 8 MAI 1945", "RUE DU 11 NOVEMBRE 1918"),
        ("RUE MARCHE", "RUE DU MARCHE"),
    ],
)
def test_two_streets_stay_two(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


def test_a_title_is_opened_before_a_name_only() -> None:
    assert key_of("CHE DES PRES") == "chemin des pres", "meadows are no presidents"
    assert key_of("CHE DU COL") == "chemin du col"
    assert key_of("RUE DU COL FABIEN") == "rue du colonel fabien"


def test_a_kind_is_opened_at_the_beginning_only() -> None:
    assert key_of("RUE DU GR ECART") == "rue du gr ecart", "there it is a word like another"
    assert key_of("RUE DU BD") == "rue du bd"


def test_a_street_is_called_in_full_and_in_capitals() -> None:
    assert called("bd du mal foch") == "BOULEVARD DU MARECHAL FOCH"
    assert called("") == "" == key_of("  ")


@given(st.text(max_size=40))
def test_a_name_brought_to_one_spelling_stays_there(text: str) -> None:
    once = key_of(text)
    assert once == once.strip()
    assert "  " not in once
    assert key_of(text.upper().lower()) == key_of(text.lower())
