"""The first look at two files: what is set aside, what lies outside, what is met twice, what seals them."""

from datetime import date

import pytest

from maillage import places
from maillage.register.importers.spool import Spool
from maillage.register.importers.stock import StockFile
from maillage.register.importers.survey import Ground, fingerprint, survey
from maillage.register.rejects import CannotTake
from tests.factories import register as firms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

DAY = date(2020, 1, 1)


@pytest.fixture
def spool():
    with Spool() as opened:
        yield opened


@pytest.fixture
def look(tmp_path, spool):
    """Looks at these lines of establishments from a territory, on a day."""

    def looked(rows, *, territory="mel", on=DAY, units=None):
        unit_file, place_file = firms.sirene_files(tmp_path, rows, units)
        ground = Ground(places.perimeter(territory, on), on)
        files = StockFile(unit_file, "units"), StockFile(place_file, "establishments")
        return survey(*files, ground, spool, lambda _phase, _line: None)

    return looked


def kept(found):
    return [number for block in found.spool.blocks() for number, _cells, _town in block.lines]


def refused(found):
    return [fault for block in found.spool.blocks() for fault in block.faults]


# Where a line says to be → whether it is set aside, and refused for what.
@pytest.mark.parametrize(
    ("commune", "aside", "fault"),
    [
        ("59350", True, None),
        (" 59350 ", True, None),
        ("62498", False, None),  # the neighbour's
        ("75056", False, None),
        ("", False, None),  # abroad, or withheld
        ("[ND]", False, None),
        ("Lille", False, "commune"),
        ("1004", False, "lost_zero"),
    ],
)
def test_a_line_is_set_aside_by_its_commune(look, commune, aside, fault):
    found = look([firms.establishment_row(1, codeCommuneEtablissement=commune)])

    assert kept(found) == ([2] if aside else [])
    assert [code for _line, _column, code, _value in refused(found)] == ([fault] if fault else [])
    assert found.outside == (0 if aside or fault else 1)
    assert found.read == 1


def test_a_firm_that_the_register_places_in_the_territory_is_read_wherever_it_went(look):
    known = firms.establishment(unit_siren=firms.siren(4))
    gone = firms.establishment_row(4, codeCommuneEtablissement="75056")
    stranger = firms.establishment_row(5, codeCommuneEtablissement="75056")

    found = look([gone, stranger])

    assert known.siret == gone["siret"]
    assert (kept(found), found.outside) == ([2], 1)


@pytest.mark.parametrize(
    ("order", "in_order", "twice"),
    [
        ([1, 2, 3], True, set()),
        ([1], True, set()),
        ([2, 1, 3], False, set()),
        ([1, 1], False, {1}),
        ([1, 2, 1, 3, 2, 2], False, {1, 2}),
    ],
)
def test_a_siret_met_twice_is_known_from_the_first_look_on(look, order, in_order, twice):
    found = look([firms.establishment_row(n) for n in order])

    assert found.in_order is in_order
    assert found.twice == {firms.siret(firms.siren(n)) for n in twice}
    assert kept(found) == list(range(2, len(order) + 2))


def test_only_the_legal_units_of_the_territory_are_looked_for(look):
    found = look(
        [firms.establishment_row(1), firms.establishment_row(2, codeCommuneEtablissement="62498")]
    )

    assert firms.siren(1) in found.sirens
    assert firms.siren(2) not in found.sirens


def test_what_seals_an_import_is_both_files_the_territory_and_the_day(look):
    rows = [firms.establishment_row(1)]
    first = look(rows).digest

    assert look(rows).digest == first
    others = {
        look([firms.establishment_row(2)]).digest,
        look(rows, units=[firms.unit_row(1, sigleUniteLegale="ABC")]).digest,
        look(rows, territory="call").digest,
        look(rows, on=date(2020, 1, 2)).digest,
    }
    assert len(others | {first}) == 5


def test_files_that_hold_their_header_alone_are_refused_by_name(look):
    row = firms.establishment_row(1)
    for rows, units, name in (
        ([], [firms.unit_row(1)], "StockEtablissement"),
        ([row], [], "StockUniteLegale"),
    ):
        with pytest.raises(CannotTake) as none:
            look(rows, units=units)
        assert none.value.remark.code == "empty"
        assert none.value.remark.file.startswith(name)


def test_one_changed_cell_is_another_fingerprint(tmp_path):
    def sealed(**told):
        rows = [firms.establishment_row(1, **told)]
        return fingerprint(StockFile(firms.sirene_files(tmp_path, rows)[1], "establishments"))

    assert sealed() == sealed()
    assert sealed() != sealed(enseigne2Etablissement="X")
