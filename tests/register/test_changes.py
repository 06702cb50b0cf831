"""Stock files that tell only of what changed: what they do not name stays, but for what it takes from its legal unit."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.actors import System
from maillage.intake import actions as intake, jobs, listing, storage
from maillage.intake.actions import Sent
from maillage.intake.listing import Listed
from maillage.kernel.errors import Conflict, Invalid
from maillage.register.importers import changes, spool
from maillage.register.importers.outcome import Outcome
from maillage.register.importers.sirene import import_stock
from maillage.register.models import Establishment, LegalUnit, Load, Spell
from maillage.register.rejects import CannotTake
from maillage.register.segments import ESS_SIRENE
from tests.factories import register as firms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

BY = System("test")
Rows = Sequence[Mapping[str, str]]
ESS, HIDDEN = {"economieSocialeSolidaireUniteLegale": "O"}, {"statutDiffusionUniteLegale": "P"}
HEADERS_ONLY: Rows = ()


def load(rows: Rows, units: Rows, day: str, **options: Any) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        files = firms.sirene_files(Path(folder), rows, units, day=day)
        return import_stock(units=files[0], establishments=files[1], territory="mel", by=BY, **options)  # fmt: skip


def stock(*numbers: int) -> None:
    rows = [firms.establishment_row(n) for n in numbers]
    load(rows, [firms.unit_row(n) for n in numbers], "2020-01-01")


def delta(rows: Rows, units: Rows = HEADERS_ONLY, day: str = "2020-01-15", **options: Any) -> Outcome:  # fmt: skip
    return load(rows, units, day, changes=True, **options)


def lives() -> list[tuple[Any, ...]]:
    """What the register tells of each place, spell by spell."""
    spells = Spell.objects.known().order_by("establishment__siret", "id")
    return list(
        spells.values_list(
            "establishment__siret", "establishment__trade_name", "establishment__diffusion",
            "establishment__commune", "establishment__absent_since_id", "legal_unit__name", "legal_unit__ess",
            "starts_on", "state", "commune", "activity", "segments",
        )
    )  # fmt: skip


def told(outcome: Outcome) -> dict[str, int]:
    kinds = ("new", "changed", "closed", "moved", "unchanged", "absent", "rejected", "outside", "followed")  # fmt: skip
    return {kind: outcome.counts[kind] for kind in kinds if outcome.counts[kind]}


DRAWN = """
what the day tells                      of a place                               of its unit  kinds               who stands there
nothing of this one, another opens      6                                        6            new=1               1 2 3 6
it closed                               1 etatAdministratif=F dateDebut=2020-01-10  -         closed=1            1 2 3
it left for another territory           1 codeCommune=62498                      -            moved=1             1 2 3
it left for another town of this one    1 codeCommune=59512                      -            moved=1             1 2 3
what is elsewhere                       6 codeCommune=62498                      6            outside=1           1 2 3
the same as before                      1                                        1            unchanged=1         1 2 3
its unit joined the social economy      -                                        1 ess        followed=1          1 2 3
and the place is told too               1 enseigne1=LEVAIN                       1 ess        changed=1           1 2 3
its unit changed its name alone         -                                        1 name       -                   1 2 3
a unit that nobody knows                -                                        7            -                   1 2 3
"""
CELLS = {"ess": ESS, "name": {"denominationUniteLegale": "AUTRE"}}


def drawn() -> Iterator[Any]:
    for line in DRAWN.strip().splitlines()[1:]:
        name, place, unit, kinds, there = re.split(r" {2,}", line)
        cells: dict[str, str] = {}
        for one in place.split()[1:]:
            key, value = one.split("=")
            cells[key if key.startswith("date") else f"{key}Etablissement"] = value
        rows = [] if place == "-" else [firms.establishment_row(int(place.split()[0]), **cells)]
        number, *how = unit.split()
        units = [] if unit == "-" else [firms.unit_row(int(number), **(CELLS[how[0]] if how else {}))]  # fmt: skip
        counts = {} if kinds == "-" else {k: int(n) for k, n in [kinds.split("=")]}
        yield pytest.param(rows, units, counts, [int(n) for n in there.split()], id=name)


@pytest.mark.parametrize(("rows", "units", "counts", "there"), list(drawn()))
def test_what_a_day_tells_and_what_it_leaves(
    rows: Rows, units: Rows, counts: dict[str, int], there: list[int]
) -> None:
    stock(1, 2, 3)
    untouched = [line for line in lives() if not line[0].startswith(firms.siren(1))]
    dry = delta(rows, units, dry_run=True)
    outcome = delta(rows, units)
    assert told(outcome) == told(dry) == counts
    assert outcome.as_json()["followed"] == counts.get("followed", 0)
    standing = Establishment.objects.known().order_by("siret").values_list("siret", flat=True)
    assert [siret[:9] for siret in standing] == [firms.siren(n) for n in there]
    assert [one for one in lives() if one in untouched] == untouched, "what it does not name stays"
    assert not Establishment.objects.filter(absent_since__isnull=False).exists()


# A place: its town and whether it is open; a unit: its social economy, and whether it hides from a day on.
_place = st.tuples(st.sampled_from(["59350", "59512"]), st.sampled_from("AF"), st.booleans())
_unit = st.tuples(st.sampled_from(["", "O", "N"]), st.booleans())
_firm = st.tuples(_place, _unit)
_firms = st.lists(_firm, min_size=5, max_size=5)


def place_row(firm: int, nic: int, place: tuple[str, str, bool]) -> dict[str, str]:
    town, state, has_code = place
    code = {"activitePrincipaleRegistreMetiersEtablissement": "1071CZ" if has_code else ""}
    return firms.establishment_row(
        firm, nic=nic, codeCommuneEtablissement=town, etatAdministratifEtablissement=state,
        dateDebut="2010-01-01" if state == "A" else "2019-06-30", **code,
    )  # fmt: skip


def unit_row(firm: int, unit: tuple[str, bool], *, may_hide: bool) -> dict[str, str]:
    ess, hides = unit
    cells = HIDDEN if hides and may_hide else {}
    return firms.unit_row(firm, economieSocialeSolidaireUniteLegale=ess, **cells)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_firms, _firms, st.integers(1, 3))
def test_the_lines_that_differ_tell_what_the_next_stock_tells(
    before: list[Any], after: list[Any], chunk: int
) -> None:
    """Whoever takes every delta knows what who takes the next stock knows, whatever the size of a transaction."""
    # Two places a firm, the second one alike in both months: it is never named by the lines that differ.
    standing = [place_row(n, 2, ("59350", "A", True)) for n in range(1, 6)]
    rows = [[place_row(n, 1, one[0]) for n, one in enumerate(month, 1)] for month in (before, after)]  # fmt: skip
    units = [
        [unit_row(n, one[1], may_hide=later) for n, one in enumerate(month, 1)]
        for later, month in enumerate((before, after))
    ]
    found = []
    for whole in (True, False):
        with undone(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(spool, "CHUNK", chunk)
            patch.setattr(changes, "CHUNK", chunk)
            load([*rows[0], *standing], units[0], "2020-01-01")
            if whole:
                load([*rows[1], *standing], units[1], "2020-01-15")
            else:
                news = [one for one in rows[1] if one not in rows[0]]
                told = [one for one in units[1] if one not in units[0]]
                if news or told:
                    delta(news, told)
            found.append(lives())
    assert found[0] == found[1]


def test_places_of_a_unit_follow_it_even_when_the_import_was_cut_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stock(1, 2, 3)
    units = [firms.unit_row(n, **ESS) for n in (1, 3)]
    monkeypatch.setattr(changes, "CHUNK", 1)
    write, cut = changes.FollowStep.write, []

    def once(step: changes.FollowStep, chunk: Any) -> None:
        if len(cut) == 1:
            cut.append(chunk)
            raise KeyboardInterrupt
        cut.append(chunk)
        write(step, chunk)

    monkeypatch.setattr(changes.FollowStep, "write", once)
    with pytest.raises(KeyboardInterrupt):
        delta([], units)
    assert not [line for line in lives() if line[-1] & ESS_SIRENE.mask], "nothing shows"
    outcome = delta([], units)
    assert told(outcome) == {"followed": 2}
    assert Load.objects.filter(state=Load.State.ACTIVE).count() == 2
    joined = [line[0][:9] for line in lives() if line[-1] & ESS_SIRENE.mask]
    assert joined == [firms.siren(1), firms.siren(3)]


def test_a_unit_that_withdraws_takes_the_names_of_places_that_nobody_told_of() -> None:
    stock(1)
    outcome = delta([], [firms.unit_row(1, denominationUniteLegale="[ND]", **HIDDEN)])
    assert told(outcome) == {}
    assert LegalUnit.objects.get().name == ""
    assert Establishment.objects.values_list("trade_name", "street").get() == ("", "")


def test_the_same_changes_twice_are_applied_once_and_are_no_stock() -> None:
    stock(1, 2)
    closed = [firms.establishment_row(1, etatAdministratifEtablissement="F", dateDebut="2020-01-10")]  # fmt: skip
    units = [firms.unit_row(1)]
    assert told(delta(closed, units)) == {"closed": 1}
    again = delta(closed, units)
    assert (again.status, told(again)) == ("already_applied", {"unchanged": 1})
    as_stock = load(closed, units, "2020-01-15")
    assert (as_stock.status, told(as_stock)) == ("applied", {"unchanged": 1, "absent": 1})


def test_changes_rest_on_a_stock_and_are_told_in_the_order_of_their_days() -> None:
    row, unit = firms.establishment_row(1), firms.unit_row(1)
    with pytest.raises(CannotTake) as refused:
        delta([row], [unit])
    assert refused.value.remark.code == "no_stock"
    stock(1)
    with pytest.raises(CannotTake) as refused:
        delta([])
    assert refused.value.remark.code == "empty"
    delta([firms.establishment_row(2)], [firms.unit_row(2)], day="2020-02-10")
    with pytest.raises(Conflict, match="plus récent"):
        delta([row], day="2020-02-01")
    assert Load.objects.filter(state=Load.State.ACTIVE).count() == 2


def test_it_is_asked_at_a_terminal(tmp_path: Path) -> None:
    stock(1)
    names = firms.sirene_files(tmp_path, [firms.establishment_row(2)], day="2020-01-15")
    asked = [f"--{name}={path}" for name, path in zip(("units", "establishments"), names, strict=True)]  # fmt: skip
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit, match="2"):
        call_command(
            "import_sirene", *asked, "--territory=mel", "--changes", f"--links={names[0]}", stderr=err
        )  # fmt: skip
    assert "--changes" in err.getvalue()
    call_command("import_sirene", *asked, "--territory=mel", "--changes", "--json", stdout=out, stderr=err)  # fmt: skip
    answer = json.loads(out.getvalue())
    assert (answer["status"], answer["new"], answer["absent"]) == ("applied", 1, 0)


def test_it_is_chosen_on_screen_and_undone_there(tmp_path: Path) -> None:
    stock(1, 2, 3)
    rows = [firms.establishment_row(1, etatAdministratifEtablissement="F", dateDebut="2020-01-10")]
    units = [firms.unit_row(1, **ESS), firms.unit_row(2, **ESS), firms.unit_row(3, **ESS, **HIDDEN)]
    files = firms.sirene_files(tmp_path, rows, units, day="2020-01-15")
    sent = [Sent(slot, path.name, [path.read_bytes()]) for slot, path in zip(("units", "establishments"), files, strict=True)]  # fmt: skip
    with pytest.raises(Invalid):
        intake.receive(
            source="sirene", files=sent, given={"territory": "mel", "changes": "no"}, by=BY
        )
    asked = {"territory": "mel", "changes": "yes"}
    loaded = intake.receive(source="sirene", files=sent, given=asked, by=BY)
    jobs.carry_on.call(loaded.pk)
    loaded.refresh_from_db()
    assert [loaded.count(kind) for kind in ("closed", "followed", "absent")] == [1, 2, 0]
    listed = Listed(storage.folder(loaded) / listing.NAME, "followed")
    names = {one.key[:9]: one.name for one in listed[0 : len(listed)]}
    assert set(names) == {firms.siren(2), firms.siren(3)}
    assert names[firms.siren(2)]
    assert not names[firms.siren(3)], "it asks not to be named, in that very file"
    intake.confirm(load=loaded, by=BY)
    jobs.carry_on.call(loaded.pk)
    states = Establishment.objects.order_by("siret").values_list("state", flat=True)
    assert list(states) == ["F", "A", "A"]
    loaded.refresh_from_db()
    firms.undo_load(load=loaded, by=BY)
    assert list(states.all()) == ["A", "A", "A"]
