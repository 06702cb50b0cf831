"""A list comes in by file: what is taken, what is refused and why, loaded again, taken back."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.intake import actions as intake_actions, loading
from maillage.intake.actions import checked
from maillage.intake.declared import importer_of
from maillage.intake.models import Load
from maillage.intake.reasons import reason
from maillage.intake.showing import shown
from maillage.kernel import clock
from maillage.kernel.errors import Invalid, NotAllowed
from maillage.lists import actions
from maillage.lists.importers.partner_list import SOURCE, fingerprint
from maillage.lists.models import Comparison, PartnerList
from maillage.register import erasing
from tests.factories import accounts, intake, lists as make, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return make.manager()


def refused(load: Load) -> list[tuple[int, str, str]]:
    return list(load.rejects.order_by("line").values_list("line", "column", "code"))


def names(load: Load) -> list[str]:
    return [line.called for line in make.lines(load=load, undone_at=None).order_by("number")]


# What is taken


def test_every_line_is_written_as_the_list_tells_it(by: Actor) -> None:
    load = make.loaded(by)
    first, second = make.lines(load=load).order_by("number")
    assert first.told == {
        "name": "Fournil Delattre", "street": "12 rue de la Gare", "postcode": "59000", "town": "Lille",
        "phone": "03 20 11 22 33", "email": "contact@delattre.fr",
    }  # fmt: skip
    assert (first.called, first.address) == ("Fournil Delattre", "12 rue de la Gare, 59000 Lille")
    assert (first.number, str(first.listed_on)) == (2, "2019-03-01")
    assert (second.called, second.address) == ("Inconnu au bataillon", "")
    assert str(first.of) == "Union des commerçants, Adhérents"
    assert first.of.organisation == by.organisation


def test_no_line_makes_a_firm(by: Actor) -> None:
    place = make.bakery()
    make.compared(by)
    assert list(type(place).objects.values_list("pk", flat=True)) == [place.pk]


def test_nothing_is_seen_before_the_load_is_active(by: Actor) -> None:
    load = intake.previewed(make.file(), source=SOURCE, name="adherents.csv", by=by, **make.GIVEN)
    assert load.counts == {"read": 2, "rejected": 0, "new": 2}
    assert not make.lines().exists()
    reading = loading.Reading.of(load)
    understanding = reading.understanding()
    for _until, chunk in reading.chunks(understanding):
        accepted, _refused = reading.sorted_out(understanding, chunk)
        reading.importer.apply([row for row, _kind in accepted], reading.run)
    assert make.lines().count() == 2
    assert not make.lines().standing().exists()


def test_an_abandoned_load_leaves_no_line(by: Actor) -> None:
    load = intake.previewed(make.file(), source=SOURCE, name="a.csv", by=by, **make.GIVEN)
    importer, run = importer_of(SOURCE), loading.run_of(load)
    reading = loading.Reading.of(load)
    understanding = reading.understanding()
    ((_until, chunk),) = reading.chunks(understanding)
    importer.apply([row for row, _k in reading.sorted_out(understanding, chunk)[0]], run)
    importer.discard(run)
    assert not make.lines().exists()


def test_a_title_above_the_header_and_unknown_columns_do_not_matter(by: Actor) -> None:
    content = "Nos adhérents;;\n;;\nRaison sociale;CP;Cotisation\nFournil Delattre;59000;oui\n"
    load = intake.applied(content.encode(), source=SOURCE, name="a.csv", by=by, **make.GIVEN)
    assert names(load) == ["Fournil Delattre"]
    assert [note["names"] for note in load.found["notes"]] == [["Cotisation"]]


def test_a_list_may_tell_signs_or_people_instead_of_names(by: Actor) -> None:
    content = "Nom;Enseigne;Prénom;Nom du dirigeant\n;Au Bon Pain;;\n;;Karim;Leroy\n"
    load = intake.applied(content.encode(), source=SOURCE, name="a.csv", by=by, **make.GIVEN)
    assert names(load) == ["Au Bon Pain", "Karim Leroy"]


# What is refused


def test_bad_lines_are_told_by_line_column_and_reason_and_the_others_are_taken(by: Actor) -> None:
    rows = (
        "Fournil Delattre;;12 rue de la Gare;59000;Lille;;\n"
        ";;;59000;Lille;;\n"
        "FOURNIL DELATTRE;;12 Rue de la gare;59000;LILLE;0611223344;\n"
        f"{'x' * 251};;;;;;\n"
        "Garage Petit;;;;;;;;\n"
    )
    load = make.loaded(by, rows)
    assert refused(load) == [(3, "name", "nobody"), (4, "", "duplicate"), (5, "name", "too_long")]
    assert names(load) == ["Fournil Delattre", "Garage Petit"]
    assert (load.count("read"), load.count("rejected"), load.count("new")) == (5, 3, 2)


def test_empty_rows_are_passed_over(by: Actor) -> None:
    load = make.loaded(by, "Fournil Delattre;;;;;;\n;;;;;;\n\nGarage Petit;;;;;;\n")
    assert names(load) == ["Fournil Delattre", "Garage Petit"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_reason_has_its_remedy_in_both_languages(language: str) -> None:
    importer = importer_of(SOURCE)
    with translation.override(language):
        for code in ("nobody", "erased", "duplicate", "too_long"):
            assert ":" in reason(code, importer)


def test_a_file_without_a_column_of_names_is_refused_whole(by: Actor) -> None:
    load = intake.previewed(
        b"Adresse;Commune\n1 rue X;Lille\n", source=SOURCE, name="a.csv", by=by, **make.GIVEN
    )
    assert load.state == Load.State.FAILED
    assert (load.refusal["code"], load.refusal["column"]) == ("missing_columns", "name")


def test_the_line_of_an_erased_firm_is_refused(by: Actor) -> None:
    place = register.establishment()
    siret = place.siret
    erasing.erase(unit=place.legal_unit, reason="asked", by=System("a test"))
    content = f"Nom;SIRET\nFournil;{siret}\n"
    load = intake.applied(content.encode(), source=SOURCE, name="a.csv", by=by, **make.GIVEN)
    assert refused(load) == [(2, "siret", "erased")]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"holder": ""}, "holder"),
        ({"list": " "}, "list"),
        ({"purpose": ""}, "purpose"),
        ({"day": "hier"}, "day"),
        ({"day": "2099-01-01"}, "day"),
        ({"holder": "x" * 121}, "holder"),
    ],
)
def test_whose_list_of_which_day_and_what_for_are_asked(given: dict[str, str], wrong: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked(importer_of(SOURCE), make.GIVEN | given)
    assert list(refusal.value.fields) == [wrong]


@pytest.mark.parametrize("role", [Role.ADVISER, Role.OFFICER, Role.AUDITOR, Role.ELECTED])
def test_other_roles_load_no_list(role: Role) -> None:
    with pytest.raises(NotAllowed):
        make.loaded(accounts.actor(role))


# Loaded again


def test_the_same_list_loaded_again_writes_nothing_twice(by: Actor) -> None:
    make.loaded(by)
    again = make.loaded(by, day="2019-09-01")
    assert again.counts == {"read": 2, "rejected": 0, "unchanged": 2}
    assert make.lines().count() == 2
    assert PartnerList.objects.unscoped(reason="a test").count() == 1


def test_a_list_that_grew_brings_its_new_lines_under_their_own_day(by: Actor) -> None:
    make.loaded(by)
    again = make.loaded(by, make.ROWS + "Garage Petit;;;;;;\n", day="2019-09-01")
    assert (again.count("new"), again.count("unchanged")) == (1, 2)
    days = {line.called: str(line.listed_on) for line in make.lines()}
    assert days["Fournil Delattre"] == "2019-03-01"
    assert days["Garage Petit"] == "2019-09-01"


def test_what_was_decided_stays_when_the_list_is_loaded_again(by: Actor) -> None:
    place = make.bakery()
    (match,) = make.doubtful(by, place)
    actions.refuse(match=match, by=by)
    make.compared(by, day="2019-09-01")
    (after,) = make.matches()
    assert (after.pk, after.state) == (match.pk, "refused")


@pytest.mark.parametrize("other", [{"list": "Sympathisants"}, {"holder": "Club des patrons"}])
def test_another_name_is_another_list(by: Actor, other: dict[str, str]) -> None:
    make.loaded(by)
    make.loaded(by, **other)
    assert PartnerList.objects.unscoped(reason="a test").count() == 2
    assert make.lines().count() == 4


def test_two_organisations_hold_their_own_list_of_the_same_name(by: Actor) -> None:
    make.loaded(by)
    other = make.loaded(make.manager())
    assert other.count("new") == 2


def test_a_new_telephone_is_no_new_line_and_case_or_accents_neither() -> None:
    told = {"name": "Café de la Gare", "town": "Lille"}
    assert fingerprint(told) == fingerprint({"name": "CAFE DE LA GARE", "town": "lille"})
    assert fingerprint(told) == fingerprint(told | {"phone": "0320112233"})
    assert fingerprint(told) != fingerprint(told | {"town": "Roubaix"})
    assert fingerprint({"name": "A", "sign": ""}) != fingerprint({"name": "", "sign": "A"})


# Set right on screen


def test_a_line_set_right_joins_the_load_before_or_after_it_is_active(by: Actor) -> None:
    load = make.loaded(by, "Fournil Delattre;;;;;;\n;;;59000;Lille;;\n")
    (reject,) = load.rejects.all()
    assert Comparison.objects.get(load=load).stage == "waiting"
    Comparison.objects.update(stage="done")
    intake_actions.correct(reject=reject, row=reject.row | {"name": "Garage Petit"}, by=by)
    assert names(load) == ["Fournil Delattre", "Garage Petit"]
    assert Comparison.objects.get(load=load).stage == "waiting"


def test_a_line_set_right_has_to_say_of_whom_it_is(by: Actor) -> None:
    load = make.loaded(by, "Fournil Delattre;;;;;;\n;;;59000;Lille;;\n")
    with pytest.raises(Invalid) as refusal:
        intake_actions.correct(reject=load.rejects.get(), row={"postcode": "59100"}, by=by)
    assert "name" in refusal.value.fields


# Taken back


def test_an_undone_load_takes_its_lines_away_and_may_be_loaded_again(by: Actor) -> None:
    load = make.compared(by)
    register.undo_load(load=load, by=by)
    assert load.state == Load.State.UNDONE
    assert not make.lines().standing().exists()
    assert make.lines(undone_at__isnull=False).count() == 2
    again = make.loaded(by)
    assert again.count("new") == 2


def test_an_undone_load_leaves_the_lines_of_an_earlier_one(by: Actor) -> None:
    make.loaded(by)
    again = make.loaded(by, make.ROWS + "Garage Petit;;;;;;\n", day="2019-09-01")
    register.undo_load(load=again, by=by)
    assert sorted(line.called for line in make.lines().standing()) == [
        "Fournil Delattre",
        "Inconnu au bataillon",
    ]


# The way from the load to the list


def test_an_active_load_leads_to_its_list(by: Actor) -> None:
    load = make.loaded(by)
    (one,) = shown([load])
    assert one.leads_to == reverse("lists:list", args=[make.the_list().key])


def test_a_load_that_is_not_active_leads_nowhere(by: Actor) -> None:
    load = intake.previewed(make.file(), source=SOURCE, name="a.csv", by=by, **make.GIVEN)
    assert not shown([load])[0].leads_to


def test_loads_of_other_sources_lead_nowhere() -> None:
    assert not shown([intake.load(state="active")])[0].leads_to


def test_the_day_of_a_list_may_be_today(by: Actor) -> None:
    today = clock.today()
    assert checked(importer_of(SOURCE), make.GIVEN | {"day": today.isoformat()})
    assert checked(importer_of(SOURCE), make.GIVEN | {"day": f"{today:%d/%m/%Y}"})
