"""Lists handed in at random, against an oracle that keeps what each structure told in a dictionary.

Whatever is handed in, corrected, handed in again or taken back: each line read is accepted or refused, what stands is what
the oracle keeps, every line that stands has one act that stands, and no other act of a list does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from maillage.accounts.models import Organisation
from maillage.cohorts import pepper
from maillage.cohorts.models import MACHINE, CohortLine, Programme, Pseudonym
from maillage.intake import loading
from maillage.intake.actions import undo_load
from maillage.intake.models import Load, Reject
from maillage.kernel import clock
from maillage.ledger.models import Act
from tests.factories import accounts, cohorts as make, places
from tests.spec.drawn import noon

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SLOW = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
STAGES = {
    "Accueil": "welcome",
    "accueil": "welcome",
    "Welcome": "welcome",
    "Prêt": "loan",
    "Création": "creation",
}
WRONG = {"Acueil", ""}
DAYS = {
    "2024-02-05": date(2024, 2, 5),
    "06/02/2024": date(2024, 2, 6),
    "2024-02-07": date(2024, 2, 7),
}
COMMUNES = {"59350": "59350", "Lille": "59350", "59512": "59512", "": ""}
BAD_COMMUNE = "Nulle-Part"

PERSON = st.sampled_from(["Anne", "Luc", "Zoé", "Eve"])
LINE = st.tuples(
    PERSON,
    st.sampled_from([*STAGES, *sorted(WRONG)]),
    st.sampled_from([*DAYS, "2024-02-30", "2030-01-01"]),
    st.sampled_from(["", "10", "1500,50", "-3"]),
    st.sampled_from([*COMMUNES, BAD_COMMUNE]),
    st.sampled_from(["oui", "non", "inconnu", "peut-être"]),
)
FILE = st.lists(LINE, max_size=8)
NEAR = {"oui": True, "non": False, "inconnu": None}
AMOUNTS = {"": None, "10": 1000, "1500,50": 150_050}
Key = tuple[str, str, date]
Facts = tuple[int | None, str, bool | None]


def understood(line: tuple[str, ...]) -> tuple[Key, Facts] | None:
    """What a line means, by the rules said in plain words; None where it is refused."""
    person, stage, day, amount, commune, near = line
    if stage not in STAGES or day not in DAYS or commune not in COMMUNES or near not in NEAR:
        return None
    if amount not in AMOUNTS:
        return None
    counts = STAGES[stage]
    if counts == "loan" and AMOUNTS[amount] is None:
        return None
    said = AMOUNTS[amount] if counts == "loan" else None
    return (person, counts, DAYS[day]), (said, COMMUNES[commune], NEAR[near])


def reads(line: tuple[str, ...]) -> bool:
    """Whether each cell reads by itself, whatever the programme and the map say of it."""
    _person, stage, day, amount, _commune, near = line
    return bool(stage) and day != "2024-02-30" and amount in AMOUNTS and near in NEAR


def taken(lines: list[tuple[str, ...]]) -> dict[Key, Facts]:
    """What the accepted lines of a file tell: of several of one key the first, and none when that one is refused."""
    found: dict[Key, Facts] = {}
    written, met = set[tuple[str, ...]](), set[Key]()
    for line in filter(reads, lines):
        said = (line[0], line[1].casefold(), line[2])
        placed = understood((*line[:4], "", line[5]))
        is_new = said not in written and placed is not None and placed[0] not in met
        written.add(said)
        if is_new and placed is not None:
            met.add(placed[0])
            if whole := understood(line):
                found[whole[0]] = whole[1]
    return found


@dataclass
class Told:
    """What one structure told, by the oracle: a value a key; the values before each deposit, to be brought back."""

    now: dict[Key, Facts] = field(default_factory=dict)

    def hand_in(self, lines: list[tuple[str, ...]]) -> tuple[int, int]:
        """How many lines of a file are accepted and refused."""
        found = taken(lines)
        self.now |= found
        return len(found), len(lines) - len(found)

    def correct(self, lines: list[tuple[str, ...]], before: set[Key]) -> None:
        """What a deposit told and the one that corrects it does not is taken back."""
        for key in before - set(taken(lines)):
            self.now.pop(key, None)


def keys_of(lines: list[tuple[str, ...]]) -> set[Key]:
    return set(taken(lines))


def standing(programme: Programme, structure: Organisation) -> dict[Key, Facts]:
    """What stands in the database, in the oracle's words; the person is found by making the token again."""
    digests = {
        pepper.digest(make.token(name), programme.key): name
        for name in ("Anne", "Luc", "Zoé", "Eve")
    }
    rows = make.standing(organisation=structure, programme=programme)
    persons = dict(Pseudonym.objects.values_list("pk", "digest"))
    return {
        (digests[persons[one.pseudonym_id or 0]], one.stage, one.on): (one.amount_cents, one.commune, one.in_qpv)
        for one in rows
    }  # fmt: skip


def acts_stand_for_lines() -> bool:
    """Each line that stands has the one act that stands for it; the ledger has no other of a list."""
    every = Act.objects.unscoped(reason="a test reads the ledger").effective()
    acts = sorted(every.filter(kind__startswith="cohorts.").values_list("key", flat=True))
    return acts == sorted(
        CohortLine.objects.visible_to(MACHINE).standing().values_list("act", flat=True)
    )


@pytest.fixture
def now() -> Iterator[None]:
    places.places_loaded()
    with clock.at(noon("2024-12-01")):
        yield


def opened() -> tuple[Programme, list[Organisation]]:
    structures = [make.structure(), make.structure()]
    return make.programme(accounts.organisation(kind="epci"), *structures), structures


def hand_in(structure: Organisation, lines: list[tuple[str, ...]], **given_: str) -> Load:
    """A deposit, whatever becomes of it: a file without a line is refused."""
    return make.handed(make.acting(structure), *lines, **given_)


def taken_back(load: Load, structure: Organisation) -> None:
    undo_load(load=load, because="essai", by=make.acting(structure))
    loading.undo(Load.objects.get(pk=load.pk))


# The first line of a key is refused for its commune: the second, alike but for that, is not taken in its place.
TWICE = [("Anne", "Accueil", "06/02/2024", "", where, "oui") for where in (BAD_COMMUNE, "59350")]


@SLOW
@given(st.lists(st.tuples(st.integers(0, 1), FILE.filter(bool)), min_size=1, max_size=4))
@example([(0, TWICE), (0, TWICE[1:])])
def test_what_stands_is_what_an_oracle_keeps_and_each_line_is_accepted_or_refused(
    now: None, deposits: list[tuple[int, list[tuple[str, ...]]]]
) -> None:
    programme, structures = opened()
    told = [Told(), Told()]
    before = Act.objects.unscoped(reason="a test").count()
    for who, lines in deposits:
        load = hand_in(structures[who], lines)
        accepted, rejected = told[who].hand_in(lines)
        counts: dict[str, Any] = load.counts
        assert counts["read"] == len(lines) == accepted + rejected
        assert counts["rejected"] == rejected == Reject.objects.filter(load=load).count()
        assert sum(counts.get(kind, 0) for kind in ("new", "changed", "unchanged")) == accepted
    for structure, oracle in zip(structures, told, strict=True):
        assert standing(programme, structure) == oracle.now
    assert acts_stand_for_lines()
    assert Act.objects.unscoped(reason="a test").count() >= before


@SLOW
@given(FILE.filter(bool), st.integers(1, 3))
def test_a_list_handed_in_again_writes_nothing(
    now: None, lines: list[tuple[str, ...]], times: int
) -> None:
    _programme, (structure, _other) = opened()
    hand_in(structure, lines)
    tables = (
        Act.objects.unscoped(reason="a test"),
        CohortLine.objects.visible_to(MACHINE),
        Pseudonym.objects,
    )
    before = [table.count() for table in tables]
    for _ in range(times):
        load = hand_in(structure, lines)
        assert load.counts.get("new", 0) == load.counts.get("changed", 0) == 0
    assert [table.count() for table in tables] == before


@SLOW
@given(FILE.filter(bool), FILE.filter(keys_of))
def test_a_deposit_that_corrects_leaves_only_what_it_tells_and_undone_brings_all_back(
    now: None, first: list[tuple[str, ...]], second: list[tuple[str, ...]]
) -> None:
    programme, (structure, other) = opened()
    hand_in(other, first)
    elsewhere = standing(programme, other)
    load = hand_in(structure, first)
    before = standing(programme, structure)
    oracle = Told(dict(before))
    correcting = hand_in(structure, second, corrects=str(load.pk))
    oracle.hand_in(second)
    oracle.correct(second, keys_of(first))
    assert standing(programme, structure) == oracle.now
    assert standing(programme, other) == elsewhere
    assert acts_stand_for_lines()
    taken_back(correcting, structure)
    assert standing(programme, structure) == before
    assert acts_stand_for_lines()


@SLOW
@given(FILE.filter(bool), st.permutations(range(3)))
def test_deposits_taken_back_in_any_order_leave_nothing(
    now: None, lines: list[tuple[str, ...]], order: list[int]
) -> None:
    programme, (structure, _other) = opened()
    files = [
        lines,
        [(*one[:3], "10", *one[4:]) for one in lines],
        [(*one[:4], "59512", one[5]) for one in lines],
    ]
    loads = [hand_in(structure, file) for file in files]
    for rank in order:
        taken_back(loads[rank], structure)
        assert acts_stand_for_lines()
    assert standing(programme, structure) == {}


@SLOW
@given(
    st.lists(
        st.tuples(st.sampled_from(["Accueil", "Prêt"]), st.sampled_from(sorted(DAYS))), max_size=8
    )
)
def test_lines_without_day_of_birth_are_all_counted_and_recognised_by_their_number(
    now: None, told: list[tuple[str, str]]
) -> None:
    """As many equal lines as the file has, once; one more is one new."""
    _programme, (structure, _other) = opened()
    lines = [("", stage, day, "10") for stage, day in [*told, ("Accueil", "2024-02-05")]]
    hand_in(structure, lines)
    assert len(make.standing(organisation=structure)) == len(lines)
    again = hand_in(structure, [*lines, lines[0]])
    assert (again.counts.get("new", 0), again.counts["unchanged"]) == (1, len(lines))
    assert not Pseudonym.objects.filter(programme__structures__organisation=structure).exists()
    assert len({one.mark for one in make.standing(organisation=structure)}) == len(lines) + 1
