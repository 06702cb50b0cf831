"""What each observed indicator is called, in which unit, under which rule and which class of disclosure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maillage.figures.observations import demography
from maillage.kernel.text import Words

COUNT, SHARE, DENSITY, JOBS = "count", "share", "density", "jobs"


@dataclass(frozen=True, slots=True)
class Named:
    """An indicator of the observatories in words."""

    code: str
    label: Words
    words: Words
    unit: str
    disclosure: str


def _declared() -> dict[str, Named]:
    flows = [
        Named(one.code, one.label, one.words, COUNT, one.disclosure)
        for one in (*demography.FLOWS, demography.HIRES)
    ]
    ratios = [
        Named(one.code, one.label, one.words, SHARE, one.disclosure) for one in demography.RATIOS
    ]
    survivals = [
        Named(one.code, one.label, one.words, SHARE, one.disclosure) for one in demography.SURVIVALS
    ]
    curves = [named for one in demography.CURVES for named in _curve(one)]
    return {one.code: one for one in (*flows, *ratios, *survivals, *curves, *_OTHERS)}


def _curve(one: demography.Survival) -> list[Named]:
    """A curve and the two ends of its interval."""
    ends = zip(demography.BOUNDS, _ENDS, strict=True)
    labels = [("", one.label)]
    labels += [(which, Words(one.label.fr + end.fr, one.label.en + end.en)) for which, end in ends]
    return [
        Named(one.code + ending, label, one.words, SHARE, one.disclosure)
        for ending, label in labels
    ]


_ENDS = (
    Words(", bas de l’intervalle à 95\u00a0%", ", lower end of the 95% interval"),
    Words(", haut de l’intervalle à 95\u00a0%", ", upper end of the 95% interval"),
)


_JOBS_RULE = Words(
    "Somme des effectifs par tranche de l’INSEE\u00a0: le milieu de chaque tranche, entre ses deux "
    "bornes. Une estimation, jamais un compte.",
    "Sum of headcounts by INSEE's bands: the middle of each, between its two bounds. An estimate, never a count.",
)
_OTHERS = (
    Named(
        demography.STOCK,
        Words("Établissements au 1er janvier", "Establishments on 1 January"),
        Words(
            "Établissements actifs au premier jour de l’année.",
            "Establishments active on the first day of the year.",
        ),
        COUNT,
        "open_register",
    ),
    Named(
        "register.density_per_10k",
        Words("Établissements pour 10 000 habitants", "Establishments per 10,000 inhabitants"),
        Words(
            "Établissements actifs au 1er janvier, rapportés à la population municipale.",
            "Establishments active on 1 January over the municipal population.",
        ),
        DENSITY,
        "open_register",
    ),
    Named(
        "register.jobs_estimate",
        Words("Emplois salariés (estimation)", "Employees (estimate)"),
        _JOBS_RULE,
        JOBS,
        "statistical",
    ),
    Named(
        "register.jobs_lower",
        Words("Emplois salariés, au moins", "Employees, at least"),
        _JOBS_RULE,
        JOBS,
        "statistical",
    ),
    Named(
        "register.jobs_upper",
        Words("Emplois salariés, au plus", "Employees, at most"),
        _JOBS_RULE,
        JOBS,
        "statistical",
    ),
)
_LU = Words(" (unités légales)", " (legal units)")


def named(code: str) -> Named:
    """The name of an indicator, of establishments or of legal units (`…_lu`).

    Raises:
        KeyError: no indicator bears that code.
    """
    one = NAMED[code.removesuffix("_lu")]
    if not code.endswith("_lu"):
        return one
    label = Words(one.label.fr + _LU.fr, one.label.en + _LU.en)
    return Named(code, label, one.words, one.unit, one.disclosure)


NAMED: Mapping[str, Named] = _declared()
