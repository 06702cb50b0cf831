"""Since when a place employs: the first change of the employer flag to O, by its past periods."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from maillage.register.hiring import Hiring, hirings
from maillage.register.models import Establishment, Period
from tests.factories import register as make

pytestmark = pytest.mark.django_db


def place(
    *flags: tuple[int, str], now: str = "O", since: int = 2018, **facts: object
) -> Establishment:
    """A place created in 2010; each flag holds from 1 January of its year until the next one."""
    made = make.establishment(employer=now, period_on=date(since, 1, 1), **facts)
    if flags:
        load = make.load_active(source="sirene_history")
        for year, flag in flags:
            Period.objects.create(
                establishment=made, load=load, starts_on=date(year, 1, 1),
                ends_on=date(year, 12, 31), employer=flag,
            )  # fmt: skip
    return made


def hiring(made: Establishment) -> Hiring | None:
    return hirings([made]).get(made.pk)


@pytest.mark.parametrize(
    ("flags", "now", "told"),
    [
        ([(2010, "N"), (2014, "O")], "O", Hiring(employs=True, on=date(2014, 1, 1))),
        ([(2010, "N"), (2014, "O"), (2016, "N")], "O", Hiring(employs=True, on=date(2014, 1, 1))),
        ([(2010, "N"), (2014, "O")], "N", Hiring(employs=False, on=date(2014, 1, 1))),
        ([(2010, "N")], "O", Hiring(employs=True, on=date(2018, 1, 1))),
        ([(2010, ""), (2012, "N")], "O", Hiring(employs=True, on=date(2018, 1, 1))),
        ([(2010, "O")], "O", Hiring(employs=True, on=date(2010, 1, 1), at_birth=True)),
        ([(2012, "O")], "O", Hiring(employs=True)),
        ([], "O", Hiring(employs=True)),
        ([(2010, "N")], "N", None),
        ([], "N", None),
        ([], "", None),
    ],
)  # fmt: skip
def test_the_first_hire_is_the_first_change_to_o_and_an_employer_from_birth_has_none(
    flags: list[tuple[int, str]], now: str, told: Hiring | None
) -> None:
    assert hiring(place(*flags, now=now)) == told


def test_a_closed_place_employs_nobody_whatever_its_flag() -> None:
    assert hiring(place((2010, "N"), (2014, "O"), state="F")) == Hiring(
        employs=False, on=date(2014, 1, 1)
    )
    assert hiring(place(state="F")) is None


def test_the_last_history_loaded_tells_all_of_it() -> None:
    made = place((2010, "N"), (2014, "O"))
    later = make.load_active(source="sirene_history")
    for year, flag in ((2010, "N"), (2016, "O")):
        Period.objects.create(
            establishment=made, load=later, starts_on=date(year, 1, 1), ends_on=date(year, 12, 31),
            employer=flag,
        )  # fmt: skip

    assert hiring(made) == Hiring(employs=True, on=date(2016, 1, 1))


@pytest.mark.parametrize(
    ("flags", "now", "words"),
    [
        ([(2010, "N"), (2014, "O")], "O", "Première embauche le 1er janvier 2014"),
        ([(2010, "O")], "O", "Employeur depuis sa création, le 1er janvier 2010"),
        ([], "O", "aucun historique chargé ne dit depuis quand"),
        ([(2010, "N"), (2014, "O")], "N", "N’emploie personne aujourd’hui"),
    ],
)  # fmt: skip
def test_the_sheet_says_since_when_it_employs_and_what_tells_so(
    client: Client, flags: list[tuple[int, str]], now: str, words: str
) -> None:
    made = place(*flags, now=now)

    page = client.get(reverse("observatory:enterprise", kwargs={"key": made.legal_unit.key}))

    assert words in page.content.decode()
