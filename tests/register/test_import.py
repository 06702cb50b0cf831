"""Sirene files into the register: what is new, changed, closed, moved, unchanged, absent, refused."""

from datetime import UTC, date, datetime

import pytest

from maillage import register
from maillage.accounts.actors import ANONYMOUS, System
from maillage.intake.exclusive import exclusive
from maillage.kernel import clock
from maillage.kernel.errors import Conflict
from maillage.register import bulk
from maillage.register.importers.sirene import import_stock
from maillage.register.models import Establishment, LegalUnit, Load, PendingChange, Spell
from maillage.register.segments import CRAFT_RM, ESS_SIRENE
from tests.factories import register as firms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]


def load(tmp_path, rows, units=None, *, day="2020-01-01", territory="mel", dry_run=False):
    unit_file, place_file = firms.sirene_files(tmp_path, rows, units, day=day)
    return import_stock(
        units=unit_file,
        establishments=place_file,
        territory=territory,
        by=System("test"),
        dry_run=dry_run,
    )


def counts(outcome):
    answer = outcome.as_json()
    kinds = ("new", "changed", "closed", "moved", "unchanged", "absent", "rejected")
    return {kind: answer[kind] for kind in kinds if answer[kind]}


def test_a_first_import_makes_every_establishment_of_the_territory_new(tmp_path):
    rows = [firms.establishment_row(1), firms.establishment_row(2)]
    rows.append(firms.establishment_row(3, codeCommuneEtablissement="62498"))

    outcome = load(tmp_path, rows)

    assert counts(outcome) == {"new": 2}
    assert outcome.counts["outside"] == 1
    assert Establishment.objects.known().count() == 2
    assert LegalUnit.objects.count() == 2
    assert Load.objects.get().state == Load.State.ACTIVE


def test_the_same_files_again_change_nothing(tmp_path):
    rows = [
        firms.establishment_row(1),
        firms.establishment_row(2, etatAdministratifEtablissement="F", dateDebut="2018-05-01"),
    ]
    load(tmp_path, rows)

    again = load(tmp_path, rows)

    assert again.status == "already_applied"
    assert counts(again) == {"unchanged": 2}
    assert Load.objects.count() == 1


def test_the_next_stock_tells_what_changed_closed_moved_stayed_and_is_absent(tmp_path):
    load(tmp_path, [firms.establishment_row(n) for n in range(1, 7)])

    outcome = load(
        tmp_path,
        [
            firms.establishment_row(1),
            firms.establishment_row(2, trancheEffectifsEtablissement="11"),
            firms.establishment_row(3, etatAdministratifEtablissement="F", dateDebut="2020-03-15"),
            firms.establishment_row(4, codeCommuneEtablissement="59512"),
            firms.establishment_row(5, libelleVoieEtablissement="DE ROUBAIX"),
            firms.establishment_row(7),
        ],
        day="2020-04-01",
    )

    assert counts(outcome) == {
        "new": 1, "changed": 1, "closed": 1, "moved": 2, "unchanged": 1, "absent": 1,
    }  # fmt: skip
    absent = Establishment.objects.get(siret__startswith=firms.siren(6))
    assert absent.absent_since is not None
    assert absent.state == "A"
    assert Spell.objects.current().get(establishment=absent).state == "A"


def test_a_firm_that_withdraws_its_diffusion_loses_its_names_at_once(tmp_path):
    load(tmp_path, [firms.establishment_row(1)])
    hidden = firms.establishment_row(
        1, statutDiffusionEtablissement="P", enseigne1Etablissement="[ND]",
        numeroVoieEtablissement="[ND]", libelleVoieEtablissement="[ND]",
    )  # fmt: skip
    unit = firms.unit_row(1, statutDiffusionUniteLegale="P", denominationUniteLegale="[ND]")

    load(tmp_path, [hidden], [unit], day="2020-02-01")

    place = Establishment.objects.get()
    assert (place.trade_name, place.street, place.street_number, place.lon) == ("", "", "", None)
    assert place.legal_unit.name == ""
    assert (place.display_name, place.address) == ("Entreprise non diffusible", "LILLE")
    assert place.activity == "10.71C"
    assert register.search("pain", actor=ANONYMOUS) == []
    words = bulk.fetch("SELECT word FROM register_wordform")
    assert ("boulangerie",) not in words


def test_a_hidden_unit_hides_its_places_even_when_their_own_line_is_open(tmp_path):
    unit = firms.unit_row(1, statutDiffusionUniteLegale="P")

    load(tmp_path, [firms.establishment_row(1)], [unit])

    place = Establishment.objects.get()
    assert (place.diffusion, place.trade_name, place.legal_unit.name) == ("P", "", "")


def test_a_unit_that_withdraws_hides_places_that_the_file_does_not_tell_of(tmp_path):
    load(tmp_path, [firms.establishment_row(1), firms.establishment_row(1, nic=2)])
    unit = firms.unit_row(1, statutDiffusionUniteLegale="P")

    load(tmp_path, [firms.establishment_row(1)], [unit], day="2020-02-01")

    assert set(Establishment.objects.values_list("trade_name", "street")) == {("", "")}


def test_a_sole_trader_is_named_by_first_and_last_name_and_flagged(tmp_path):
    unit = firms.unit_row(
        1, denominationUniteLegale="", categorieJuridiqueUniteLegale="1000",
        prenom1UniteLegale="Camille", nomUniteLegale="MARTIN", sexeUniteLegale="F",
    )  # fmt: skip

    load(tmp_path, [firms.establishment_row(1, enseigne1Etablissement="")], [unit])

    firm = LegalUnit.objects.get()
    assert (firm.name, firm.is_natural_person) == ("Camille MARTIN", True)
    assert Establishment.objects.get().display_name == "Camille MARTIN"


def test_a_new_name_of_the_unit_is_a_change_and_is_found(tmp_path):
    load(tmp_path, [firms.establishment_row(1)])
    unit = firms.unit_row(1, denominationUniteLegale="LEVAIN DORE")

    outcome = load(tmp_path, [firms.establishment_row(1)], [unit], day="2020-02-01")

    assert counts(outcome) == {"changed": 1}
    assert len(register.search("levain", actor=ANONYMOUS)) == 1


def test_a_unit_that_turns_to_the_social_economy_turns_its_places(tmp_path):
    load(tmp_path, [firms.establishment_row(1)])
    unit = firms.unit_row(1, economieSocialeSolidaireUniteLegale="O")

    outcome = load(tmp_path, [firms.establishment_row(1)], [unit], day="2020-02-01")

    assert counts(outcome) == {"changed": 1}
    spell = Spell.objects.current().get()
    assert spell.starts_on == date(2020, 2, 1)
    assert spell.segments & ESS_SIRENE.mask
    assert spell.segments & CRAFT_RM.mask


def test_a_dry_run_tells_the_same_and_writes_nothing(tmp_path):
    load(tmp_path, [firms.establishment_row(n) for n in range(1, 4)])
    rows = [
        firms.establishment_row(1, etatAdministratifEtablissement="F", dateDebut="2020-01-15"),
        firms.establishment_row(2, codeCommuneEtablissement="59512"),
        firms.establishment_row(4),
    ]
    before = (Spell.objects.count(), Load.objects.count(), LegalUnit.objects.count())

    preview = load(tmp_path, rows, day="2020-02-01", dry_run=True)

    assert (Spell.objects.count(), Load.objects.count(), LegalUnit.objects.count()) == before
    assert counts(preview) == {"new": 1, "closed": 1, "moved": 1, "absent": 1}
    assert counts(load(tmp_path, rows, day="2020-02-01")) == counts(preview)


def test_an_absent_firm_that_comes_back_is_absent_no_more(tmp_path):
    both = [firms.establishment_row(1), firms.establishment_row(2)]
    load(tmp_path, both)
    load(tmp_path, both[:1], day="2020-02-01")
    assert Establishment.objects.filter(absent_since=None).count() == 1

    outcome = load(tmp_path, both, day="2020-03-01")

    assert counts(outcome) == {"unchanged": 2}
    assert Establishment.objects.filter(absent_since=None).count() == 2


def test_a_firm_that_leaves_the_territory_has_moved_and_is_not_absent(tmp_path):
    load(tmp_path, [firms.establishment_row(1), firms.establishment_row(2)])
    gone = firms.establishment_row(1, codeCommuneEtablissement="62498")

    outcome = load(tmp_path, [gone, firms.establishment_row(2)], day="2020-02-01")

    assert counts(outcome) == {"moved": 1, "unchanged": 1}
    assert Spell.objects.current().get(establishment__siret=gone["siret"]).commune == "62498"


def test_an_old_commune_code_is_followed(tmp_path):
    load(tmp_path, [firms.establishment_row(1, codeCommuneEtablissement="59298")])

    assert Spell.objects.get().commune == "59350"


def test_the_stock_of_a_day_is_read_as_it_was_known(tmp_path):
    with clock.at(datetime(2020, 1, 5, tzinfo=UTC)):
        load(tmp_path, [firms.establishment_row(1), firms.establishment_row(2)])
    closing = firms.establishment_row(2, etatAdministratifEtablissement="F", dateDebut="2019-12-01")
    with clock.at(datetime(2020, 2, 5, tzinfo=UTC)):
        load(tmp_path, [firms.establishment_row(1), closing], day="2020-02-01")

    def stock(known_at):
        return Spell.objects.on(date(2019, 12, 31), known_at).filter(state="A").count()

    assert stock(datetime(2020, 1, 1, tzinfo=UTC)) == 0
    assert stock(datetime(2020, 1, 6, tzinfo=UTC)) == 2
    assert stock(datetime(2020, 2, 6, tzinfo=UTC)) == 1


def test_an_undone_load_can_be_loaded_again_to_the_same_effect(tmp_path):
    load(tmp_path, [firms.establishment_row(1)])
    rows = [
        firms.establishment_row(1, trancheEffectifsEtablissement="11"),
        firms.establishment_row(2),
    ]
    second = load(tmp_path, rows, day="2020-02-01")
    firms.undo_load(load=second.load, by=System("test"))

    assert Establishment.objects.known().get().size_band == "01"

    again = load(tmp_path, rows, day="2020-02-01")
    assert (again.status, counts(again)) == ("applied", {"changed": 1, "new": 1})
    assert Establishment.objects.known().count() == 2
    assert Establishment.objects.get(siret=rows[0]["siret"]).size_band == "11"


def test_another_territory_keeps_the_firms_of_the_first(tmp_path):
    rows = [
        firms.establishment_row(1),
        firms.establishment_row(2, codeCommuneEtablissement="62498"),
    ]
    load(tmp_path, rows)

    outcome = load(tmp_path, rows, territory="call")

    assert counts(outcome) == {"new": 1}
    assert Establishment.objects.known().count() == 2


def test_what_a_killed_process_left_to_settle_is_settled_by_the_next_import(tmp_path):
    outcome = load(tmp_path, [firms.establishment_row(1)])
    place = Establishment.objects.get()
    PendingChange.objects.create(
        load=outcome.load, target="e", target_id=place.pk, fields={"trade_name": "LA FORGE"}
    )
    Load.objects.update(settled_at=None)

    load(tmp_path, [firms.establishment_row(1)])

    assert len(register.search("forge", actor=ANONYMOUS)) == 1
    assert not PendingChange.objects.exists()


def test_two_imports_do_not_run_at_once(tmp_path):
    with exclusive(), pytest.raises(Conflict, match="Un autre import"):
        load(tmp_path, [firms.establishment_row(1)])
