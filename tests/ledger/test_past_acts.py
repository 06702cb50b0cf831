"""Acts kept in a file before the instance: taken over once, on their day, known from now; taken back whole."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage import ledger
from maillage.accounts.actors import System
from maillage.accounts.roles import Role
from maillage.intake import actions, loading
from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.kernel.errors import NotAllowed
from maillage.kernel.rows import BadCell
from maillage.ledger import mapping, past
from maillage.ledger.models import Act, PastAct
from tests.factories import accounts, intake as made, places, register as firms
from tests.intake import files

pytestmark = pytest.mark.django_db

HEADER = ["N°", "Date", "SIRET", "Entreprise", "Commune", "Résultat", "Besoin"]
NOW = datetime(2020, 6, 30, 7, 0, tzinfo=UTC)


@pytest.fixture
def world():
    """An organisation, its manager, and a bakery of Lille that the register knows."""
    places.places_loaded()
    chamber = accounts.organisation(name="CMA")
    manager = accounts.actor(Role.SERVICE_MANAGER, chamber)
    bakery = firms.establishment(trade_name="AU BON PAIN", unit_name="AU BON PAIN")
    with clock.at(NOW):
        yield type("World", (), {"org": chamber, "by": manager, "firm": bakery})


def row(world, **changed: object) -> list[object]:
    told = {
        "N°": "1",
        "Date": "02/05/2019",
        "SIRET": world.firm.siret,
        "Entreprise": "",
        "Commune": "",
        "Résultat": "Visite faite",
        "Besoin": "",
    }
    return list((told | changed).values())


def load_of(world, *rows: list[object], mapping: str = made.MAPPING) -> Load:
    content = files.as_csv([HEADER, *rows])
    return made.applied(
        content, source="past_acts", name="visites.csv", by=world.by, mapping=mapping
    )


def acts():
    return Act.objects.unscoped(reason="test").order_by("id")


def codes(load: Load) -> list[tuple[str, str]]:
    return [(one.column, one.code) for one in load.rejects.all()]


def test_an_act_keeps_its_day_and_is_known_from_the_load_on(world):
    load = load_of(world, row(world, Besoin="Numérique", Résultat="Besoin"))

    act = acts().get()
    assert (act.kind, act.theme) == ("outreach.need_expressed", "digital")
    assert (act.occurred_on, act.recorded_at) == (date(2019, 5, 2), NOW)
    assert (act.keeper, act.organisation, act.person) == (world.org, world.org, world.by.person)
    assert act.establishment_id == world.firm.pk
    assert act.commune == "59350"
    assert act.source_model == past.SOURCE
    assert load.counts == {"read": 1, "rejected": 0, "new": 1}
    assert not ledger.verify().broken


def test_the_same_file_twice_adds_nothing_and_a_longer_one_adds_the_rest(world):
    load_of(world, row(world))
    again = load_of(world, row(world))
    longer = load_of(world, row(world), row(world, **{"N°": "2"}))

    assert again.counts == {"read": 1, "rejected": 0, "unchanged": 1}
    assert longer.counts == {"read": 2, "rejected": 0, "unchanged": 1, "new": 1}
    assert acts().count() == 2


def test_undoing_reverses_every_act_and_the_file_may_be_loaded_again(world):
    load = load_of(world, *(row(world, **{"N°": str(n)}) for n in range(4)))

    loading.undo(actions.undo_load(load=load, because="Doublon", by=world.by))

    assert acts().count() == 8
    assert not acts().effective().exists()
    assert set(acts().filter(reverses__isnull=False).values_list("reason_code", flat=True)) == {
        "load_undone"
    }
    assert load_of(world, row(world)).counts["new"] == 1
    assert not ledger.verify().broken


def test_undoing_goes_step_by_step_and_says_how_far(world, monkeypatch):
    monkeypatch.setattr(past, "STEP", 2)
    load = load_of(world, *(row(world, **{"N°": str(n)}) for n in range(5)))
    told: list[int] = []
    monkeypatch.setattr(loading, "beat", lambda _load, rows: told.append(rows))

    loading.undo(actions.undo_load(load=load, because="x", by=world.by))

    assert told == [2, 4, 5, 5]
    assert not acts().effective().exists()
    assert not PastAct.objects.unscoped(reason="test").filter(undone_at=None).exists()
    load.refresh_from_db()
    assert (load.state, load.undone_because) == (Load.State.UNDONE, "x")


def test_an_undoing_cut_between_two_steps_ends_where_a_whole_one_does(world, monkeypatch):
    monkeypatch.setattr(past, "STEP", 2)
    load = load_of(world, *(row(world, **{"N°": str(n)}) for n in range(7)))
    asked = actions.undo_load(load=load, because="x", by=world.by)
    beat, heard = loading.beat, []

    def cut(one: Load, rows: int) -> None:
        heard.append(rows)
        if len(heard) == 3:
            raise KeyboardInterrupt
        beat(one, rows)

    monkeypatch.setattr(loading, "beat", cut)
    with pytest.raises(KeyboardInterrupt):
        loading.undo(asked)
    assert acts().effective().count() == 3  # the step under way left nothing
    monkeypatch.setattr(loading, "beat", beat)

    loading.undo(Load.objects.get(pk=load.pk))

    load.refresh_from_db()
    assert load.state == Load.State.UNDONE
    assert load.progress["undone"] == load.progress["rows"] == 7
    cancelled = list(acts().filter(reverses__isnull=False).values_list("reverses", flat=True))
    assert len(cancelled) == len(set(cancelled)) == 7
    assert ledger.verify().is_valid


def test_the_last_act_is_cancelled_first_and_each_keeps_its_facts(world):
    load = load_of(world, *(row(world, **{"N°": str(n)}) for n in range(3)))
    first = list(acts().order_by("seq").values("key", "occurred_on", "commune", "source_key"))

    loading.undo(actions.undo_load(load=load, because="x", by=world.by))

    back = acts().filter(reverses__isnull=False).order_by("seq")
    assert [one.reverses.key for one in back] == [one["key"] for one in reversed(first)]
    for one, told in zip(back, reversed(first), strict=True):
        assert (one.occurred_on, one.commune, one.source_key) == (
            told["occurred_on"],
            told["commune"],
            told["source_key"],
        )
        assert (one.keeper, one.recorded_at) == (world.org, NOW)


def test_an_act_cancelled_on_its_own_before_is_not_cancelled_again(world):
    load = load_of(world, *(row(world, **{"N°": str(n)}) for n in range(3)))

    @ledger.action
    def one_alone() -> None:
        ledger.reverse(acts().order_by("seq")[1], by=world.by, reason_code="typed_wrong")

    one_alone()

    loading.undo(actions.undo_load(load=load, because="x", by=world.by))

    codes = acts().filter(reverses__isnull=False).values_list("reason_code", flat=True)
    assert sorted(codes) == ["load_undone", "load_undone", "typed_wrong"]
    assert ledger.verify().is_valid


@pytest.mark.parametrize("step", ["apply", "undo"])
def test_sixty_rows_cost_no_more_questions_than_three(world, step):
    """A chunk is taken over, and a step of undoing done, in a number of queries that rows do not change."""
    counted = []
    for numbers in (range(3), range(100, 160)):
        rows = [row(world, **{"N°": str(n)}) for n in numbers]
        load = made.previewed(
            files.as_csv([HEADER, *rows]),
            source="past_acts", name="v.csv", by=world.by, mapping=made.MAPPING,
        )  # fmt: skip
        load = actions.confirm(load=load, by=world.by)
        with CaptureQueriesContext(connection) as applied:
            loading.apply(load)
        load = actions.undo_load(load=Load.objects.get(pk=load.pk), because="x", by=world.by)
        with CaptureQueriesContext(connection) as undone:
            loading.undo(load)
        counted.append(len(applied if step == "apply" else undone))

    assert counted[1] <= counted[0]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SIRET": "55208131766522"}, ("siret", "firm_unknown")),
        ({"SIRET": ""}, ("siret", "firm_unnamed")),
        ({"SIRET": "", "Entreprise": "Au bon pain"}, ("siret", "firm_unnamed")),
        (
            {"SIRET": "", "Entreprise": "Au bon pain", "Commune": "Nulle part"},
            ("commune", "commune_named"),
        ),
        ({"SIRET": "", "Entreprise": "Zzz", "Commune": "59350"}, ("siret", "firm_not_found")),
        ({"SIRET": "", "Entreprise": "Bon pain", "Commune": "Lille"}, ("siret", "firm_to_review")),
        ({"Date": "01/07/2020"}, ("occurred_on", "day_to_come")),
        ({"Résultat": "Café"}, None),
        ({"Besoin": "Yoga"}, ("theme", "unknown_word")),
        ({"Date": "43587"}, ("occurred_on", "serial_day")),
        ({"SIRET": "4,9E+13"}, ("siret", "spreadsheet_number")),
    ],
)
def test_what_cannot_be_taken_over_says_why(world, changed, said):
    load = load_of(world, row(world, **changed))

    assert codes(load) == ([said] if said else [])
    assert acts().count() == (0 if said else 1)


def test_a_firm_is_recognised_by_its_exact_name_in_its_commune(world):
    load = load_of(world, row(world, SIRET="", Entreprise="Au Bon Pain", Commune="Lille"))

    assert load.counts == {"read": 1, "rejected": 0, "by_name": 1}
    assert acts().get().establishment_id == world.firm.pk


def test_a_name_to_review_offers_the_nearest_firm_which_somebody_confirms(world):
    load = load_of(world, row(world, SIRET="", Entreprise="Bon pain", Commune="59350"))
    refused = load.rejects.get()
    assert refused.row["siret"] == world.firm.siret

    actions.correct(reject=refused, row=refused.row, by=world.by)

    assert acts().get().establishment_id == world.firm.pk
    load.refresh_from_db()
    assert (load.count("rejected"), load.count("corrected")) == (0, 1)


def test_money_is_taken_over_in_cents_without_a_firm(world):
    told = """
kind = "conventions.payment_made"
[columns]
occurred_on = "Date"
amount = "Besoin"
commune = "Commune"
reference = "N°"
"""
    load_of(world, row(world, Besoin="1 234,56 €", Commune="Lille"), mapping=told)

    act = acts().get()
    assert (act.amount_cents, act.establishment_id, act.commune) == (123456, None, "59350")


def test_its_keeper_reads_the_file_and_the_line_and_others_a_masked_line(world):
    load_of(world, row(world))
    stranger = accounts.actor(Role.ADVISER)

    own, theirs = (ledger.timeline(world.firm.legal_unit, who)[0] for who in (world.by, stranger))

    assert own.line is not None
    assert own.line.title == "repris du fichier visites.csv, ligne 2"
    assert theirs.is_masked


def test_each_organisation_takes_over_its_own_and_reads_its_own(world):
    load_of(world, row(world))
    other = accounts.actor(Role.SERVICE_MANAGER)

    content = files.as_csv([HEADER, row(world)])
    theirs = made.applied(content, source="past_acts", name="v.csv", by=other, mapping=made.MAPPING)

    assert theirs.counts["new"] == 1
    mine = Load.objects.filter(source="past_acts").readable_by(other)
    assert list(mine) == [theirs]
    assert PastAct.objects.visible_to(other).count() == 1
    assert PastAct.objects.visible_to(System("test")).count() == 2
    with pytest.raises(NotAllowed):
        actions.undo_load(load=theirs, because="x", by=world.by)


def test_nobody_takes_over_for_no_organisation(world):
    with pytest.raises(NotAllowed):
        past.take_over(load=1, facts=[], person=None, by=System("test"))


GOOD = '[columns]\noccurred_on = "D"\nsiret = "S"\n'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[", "mapping_toml"),
        ("x = 1", "mapping_unknown"),
        ("columns = 1", "mapping_table"),
        ("[columns]\nocurred_on = 1", "mapping_table"),
        ('[columns]\nfoo = "x"', "mapping_unknown"),
        (GOOD, "mapping_needs"),
        ('kind = "outreach.nothing_done"\n' + GOOD, "mapping_kind"),
        ('kind = "figures.period_published"\n' + GOOD, "mapping_kind"),
        ('kind = "outreach.visit_done"\n[columns]\noccurred_on = "D"\n', "mapping_needs"),
        ('kind = "outreach.visit_done"\n[columns]\nsiret = "S"\n', "mapping_needs"),
        (GOOD + 'kind = "K"\n', "mapping_needs"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(text, code):
    with pytest.raises(BadCell) as wrong:
        mapping.understood(text)

    assert wrong.value.code == code


def test_a_word_without_a_kind_is_refused_when_no_kind_is_given_for_all():
    mapped = mapping.understood(GOOD + 'kind = "K"\n[kinds]\n"Vu" = "outreach.visit_done"\n')

    assert mapped.kind_of("VU").name == "outreach.visit_done"
    assert mapped.theme_of(None, date(2019, 1, 1)) == ""
    with pytest.raises(BadCell):
        mapped.kind_of("Autre")


def run(capsys, *arguments: str) -> tuple[dict, int]:
    code = 0
    try:
        call_command("import_acts", *arguments, "--json")
    except SystemExit as stop:
        code = int(stop.code or 0)
    return json.loads(capsys.readouterr().out), code


def test_the_command_reads_previews_applies_and_says_so(world, tmp_path: Path, capsys):
    path, told = tmp_path / "v.csv", tmp_path / "m.toml"
    path.write_bytes(files.as_csv([HEADER, row(world), row(world, SIRET="12")]))
    told.write_text(made.MAPPING, encoding="utf-8")
    given = (str(path), "--mapping", str(told), "--organisation", "CMA")

    dry, code = run(capsys, *given, "--dry-run")
    assert (dry["status"], dry["accepted"], dry["rejected"], code) == ("dry_run", 1, 1, 0)
    assert not acts().exists()
    assert not Load.objects.filter(source="past_acts").exists()
    done, code = run(capsys, *given)
    assert (done["status"], done["read"], done["accepted"], code) == ("applied", 2, 1, 0)
    assert done["rejects"][0]["line"] == 3
    assert done["rejects"][0]["column"] == "siret"
    assert acts().count() == 1


def test_the_command_refuses_what_it_cannot_take(world, tmp_path: Path, capsys):
    path, told = tmp_path / "v.csv", tmp_path / "m.toml"
    path.write_bytes(b"a;b\n1;2\n")
    told.write_text(made.MAPPING, encoding="utf-8")
    accounts.organisation()

    for given in (
        (str(path), "--mapping", str(told), "--organisation", "CMA"),
        (str(path), "--mapping", str(told)),
        (str(path), "--mapping", str(tmp_path / "none.toml"), "--organisation", "CMA"),
        (str(tmp_path / "none.csv"), "--mapping", str(told), "--organisation", "CMA"),
    ):
        answer, code = run(capsys, *given)
        assert (answer["status"], code) == ("refused", 2), given
        assert answer["notes"]
