"""A small geography of the real shape: the MEL with a dozen communes, and the CALL with four."""

from __future__ import annotations

from datetime import date

import shapely

from maillage import places
from maillage.kernel import clock
from maillage.places.actions import write_geography
from maillage.places.assembly import Geography, assemble
from maillage.places.models import Edition, PriorityDistrict
from maillage.places.sources import (
    ACTIVE,
    RawChange,
    RawCommune,
    RawEpci,
    RawVintage,
    department_of,
    read_rules,
)

MEL_2019 = {
    "59350": ("Lille", 232440),
    "59512": ("Roubaix", 96412),
    "59599": ("Tourcoing", 97476),
    "59009": ("Villeneuve-d'Ascq", 62681),
    "59017": ("Armentières", 25108),
    "59051": ("La Bassée", 6470),
    "59560": ("Seclin", 12578),
    "59650": ("Wattrelos", 41329),
}
HAUTE_DEULE = {
    "59005": ("Allennes-les-Marais", 3463),
    "59011": ("Annœullin", 10432),
    "59052": ("Bauvin", 5320),
    "59133": ("Carnin", 1009),
    "59477": ("Provin", 4188),
}
CALL = {
    "62498": ("Lens", 31415),
    "62510": ("Liévin", 31314),
    "62065": ("Avion", 17595),
    "62413": ("Harnes", 12355),
}
ASSOCIATED = {"59298": ("Hellemmes-Lille", "59350"), "59355": ("Lomme", "59350")}
PARIS = {"75101": "Paris 1er Arrondissement"}


def _commune(code: str, name: str, population: int) -> RawCommune:
    return RawCommune(
        code, name, ACTIVE, department=department_of(code), population=population, siren=""
    )


def _communes(growth: int) -> tuple[RawCommune, ...]:
    full = {**MEL_2019, **HAUTE_DEULE, **CALL, "75056": ("Paris", 2190327)}
    rows = [_commune(code, name, people + growth) for code, (name, people) in full.items()]
    rows += [
        RawCommune(code, name, "commune-associee", parent=parent, department="59")
        for code, (name, parent) in ASSOCIATED.items()
    ]
    rows += [
        RawCommune(code, name, "arrondissement-municipal", parent="75056", department="75")
        for code, name in PARIS.items()
    ]
    return tuple(rows)


def _epci(siren: str, name: str, members: dict[str, tuple[str, int]]) -> RawEpci:
    total = sum(people for _, people in members.values()) * 101 // 100
    return RawEpci(siren, name, tuple(sorted(members)), total)


def small_vintages() -> list[RawVintage]:
    """2019, 2020 and 2021 as the packages would tell them for these few communes."""
    name = "Métropole Européenne de Lille"
    call = _epci("246200364", "CA de Lens - Liévin", CALL)
    before = (
        _epci("245900410", name, MEL_2019),
        _epci("245901061", "CC de la Haute Deûle", HAUTE_DEULE),
        call,
    )
    after = (_epci("200093201", name, {**MEL_2019, **HAUTE_DEULE}), call)
    departments = {"59": "Nord", "62": "Pas-de-Calais", "75": "Paris"}
    return [
        RawVintage(2019, "0.7.0", _communes(0), before, departments, history=_history()),
        RawVintage(2020, "0.8.0", _communes(0), before, departments),
        RawVintage(2021, "1.1.1", _communes(10), after, departments),
    ]


def _history() -> tuple[RawChange, ...]:
    from datetime import date

    return (
        RawChange("59298", "59350", date(1977, 4, 24)),
        RawChange("59355", "59350", date(2000, 2, 27)),
    )


_assembled: list[Geography] = []


def places_loaded() -> None:
    """Load the small geography into the test's database."""
    rules = read_rules()
    if not _assembled:
        _assembled.append(assemble(small_vintages(), rules))
    write_geography(_assembled[0], rules, digest="small sample")


def district(
    code: str = "QN05901M",
    name: str = "Moulins",
    around: tuple[float, float] = (3.05, 50.65),
    *,
    starts_on: date = date(2015, 1, 1),
    ends_on: date | None = None,
) -> PriorityDistrict:
    """A priority neighbourhood, a square around a point, told by a load of its own."""
    lon, lat = around
    edition = Edition.objects.create(
        load=Edition.objects.count() + 1, is_active=True, activated_at=clock.now()
    )
    drawn = shapely.box(lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)
    found = PriorityDistrict.objects.create(
        edition=edition, code=code, name=name, starts_on=starts_on, ends_on=ends_on,
        shape=shapely.to_wkb(drawn),
    )  # fmt: skip
    places.forget()
    return found
