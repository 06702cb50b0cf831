"""What a TOML file may ask: every key, and each mistake told by its place."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from maillage.kernel.errors import Invalid
from maillage.surveys.estimation import plan
from maillage.surveys.estimation.plan import Drawn, Known, Margin, Plan, Question, Unanswered
from maillage.surveys.estimation.sampling import Drawing

WHOLE = """
[design]
strata = "stype"
psu = "dnum"
weight = "pw"
fpc = "fpc"
single_psu = "centre"
[nonresponse]
responded = "heard"
groups = ["region", "size"]
fewest = 10
widest = 4
[calibration]
method = "logit"
bounds = [0.5, 2]
margins = [ { column = "stype", totals = { E = 4421, H = 755.5 } }, { column = "size" } ]
totals = { "(Intercept)" = 6194 }
[sample]
size = 300
allocation = "neyman"
minimum = 5
method = "systematic"
spread = "headcount"
[[estimate]]
kind = "mean"
y = "api00"
[[estimate]]
kind = "quantile"
y = "api00"
q = 0.25
by = ["stype", "size"]
[[estimate]]
kind = "ratio"
y = "api00"
x = "api99"
ci = "t"
"""


def understood(text: str) -> Plan:
    """The plan of a text."""
    return plan.understood(tomllib.loads(text))


def test_every_key_is_read() -> None:
    assert understood(WHOLE) == Plan(
        Drawn("stype", "dnum", "pw", "fpc", "centre"),
        Unanswered("heard", ("region", "size"), 10, 4),
        Known(
            "logit",
            (0.5, 2),
            (Margin("stype", {"E": 4421, "H": 755.5}), Margin("size")),
            {"(Intercept)": 6194},
        ),
        (
            Question("mean", "api00"),
            Question("quantile", "api00", q=0.25, by=("stype", "size")),
            Question("ratio", "api00", "api99", ci="t"),
        ),
        Drawing(300, "neyman", 5, "systematic", "headcount"),
    )


def test_every_part_is_optional() -> None:
    assert understood("") == Plan(Drawn(), None, None, (), None)


# what is written, what the refusal names
WRONG = [
    ("[desing]", "desing"),
    ('[design]\nstratum = "a"', "design.stratum"),
    ("[design]\nstrata = 3", "design.strata"),
    ('[design]\nsingle_psu = "drop"', "drop"),
    ("design = 3", "design"),
    ('[nonresponse]\ngroups = "size"', "nonresponse.groups"),
    ("[nonresponse]\nfewest = true", "nonresponse.fewest"),
    ("[nonresponse]\nfewest = 2.5", "nonresponse.fewest"),
    ('[calibration]\nmethod = "magic"', "magic"),
    ("[calibration]\nbounds = [0.5]", "calibration.bounds"),
    ('[calibration]\nbounds = ["a", "b"]', "calibration.bounds"),
    ('[calibration]\nmargins = "stype"', "margins"),
    ("[calibration]\nmargins = [ { totals = { E = 1 } } ]", "column"),
    ('[calibration]\nmargins = [ { column = "a", totals = { E = "x" } } ]', "calibration.margins 1.totals"),
    ("[calibration]\ntotals = 5", "calibration.totals"),
    ('[[estimate]]\nkind = "mode"\ny = "a"', "mode"),
    ('[[estimate]]\nkind = "mean"', "y"),
    ('[[estimate]]\ny = "a"', "kind"),
    ('[[estimate]]\nkind = "ratio"\ny = "a"', "estimate 1.x"),
    ('[[estimate]]\nkind = "mean"\ny = "a"\nx = "b"', "estimate 1.x"),
    ('[[estimate]]\nkind = "quantile"\ny = "a"\nq = 1.0', "estimate 1.q"),
    ('[[estimate]]\nkind = "mean"\ny = "a"\nci = "wald"', "wald"),
    ('[[estimate]]\nkind = "mean"\ny = "a"\n[[estimate]]\nkind = "mean"\ny = "a"\nwhere = "b"', "estimate 2.where"),
    ('[estimate]\nkind = "mean"', "estimate"),
    ('[sample]\nallocation = "equal"', "size"),
    ('[sample]\nsize = "many"', "sample.size"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "named"), WRONG)
def test_a_mistake_is_told_by_its_place(text: str, named: str) -> None:
    with pytest.raises(Invalid) as refusal:
        understood(text)
    assert named in str(refusal.value)


def test_a_file_that_is_no_toml_says_where_it_breaks(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text("[design]\nstrata = = 1", encoding="utf-8")
    with pytest.raises(Invalid, match=r"plan\.toml.*line 2"):
        plan.read(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"none\.toml") as absent:
        plan.read(tmp_path / "none.toml")
    assert "Errno" not in str(absent.value)
