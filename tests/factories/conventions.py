"""Conventions for tests: a minimal valid file, and documents drawn at random."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.conventions.actions.money import Money
from maillage.conventions.importers.toml_file import load
from maillage.conventions.models import Convention, Entry
from maillage.conventions.text import document as doc
from maillage.kernel import clock
from tests.factories.accounts import organisation

_numbers = itertools.count(1)

HEAD = """\
format = 1
slug = "test-2019"
title = "Convention MEL et CMA"
territory = "mel"
keeper = "MEL"

[[organisations]]
short_name = "MEL"
name = "Métropole Européenne de Lille"
kind = "epci"

[[organisations]]
short_name = "CMA"
name = "Chambre de métiers et de l'artisanat"
kind = "chamber"

[[versions]]
number = 0
signed = true
signed_on = 2019-06-01
effective_on = 2019-04-05
effective_until = 2020-12-31
amount_euros = 150000
announced_actions = 18
"""
PARTIES = """
[[versions.parties]]
organisation = "MEL"
share = 33.34

[[versions.parties]]
organisation = "CMA"
share = 66.66
"""
VOTE = """
[[versions.deliberations]]
organisation = "MEL"
decided_on = 2019-04-05
"""
BODY = """
[[versions.targets]]
code = "T1"
kind = "floor"
indicator = "conventions.late_actions"
filter = { organisations = ["MEL"] }
amount = 4000
by_on = 2020-12-31 # the last day

[[versions.budget]]
funder = "MEL"
year = 2019
amount_euros = 75000.50

[[versions.axes]]
code = "1"
title = "Prospecter"

[[versions.axes.actions]]
code = "1.1"
title = "Visiter"
pilot = "CMA"
partners = ["MEL"]
starts_on = 2019-05-01
due_on = 2020-06-30
steps = ["Liste", "Visites"]
"""
MINIMAL = HEAD + PARTIES + VOTE + BODY

DAY = st.dates(min_value=date(2015, 1, 1), max_value=date(2025, 1, 1))
WORDS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=0, max_size=30
)
TITLE = WORDS.map(lambda w: w.strip() or "Titre")
ORGANISATION = st.sampled_from(["MEL", "CMA", "CALL", "Région"])


def _maybe(strategy: st.SearchStrategy[date]) -> st.SearchStrategy[date | None]:
    return st.none() | strategy


@st.composite
def targets(draw: st.DrawFn, code: str) -> doc.TargetText:
    """A promise that breaks no rule."""
    kind = draw(st.sampled_from(doc.TargetKind))
    watched = kind is doc.TargetKind.MONITOR
    return doc.TargetText(
        code=code,
        kind=kind,
        indicator="conventions.late_actions",
        version=1,
        filter=draw(
            st.sampled_from(
                [
                    {},
                    {"organisations": ["CMA", "MEL"]},
                    {"schemes": ["convention:drawn", 'a"b'], "action_keys": ["other/1.1"]},
                ]
            )
        ),
        amount=None if watched else draw(st.integers(1, 10**12)),
        words=draw(WORDS),
        source=draw(WORDS),
        doubt=draw(WORDS),
    )


@st.composite
def axes(draw: st.DrawFn, code: int) -> doc.AxisText:
    """An axis with its actions and their promises, codes all different."""
    actions = []
    for rank in range(draw(st.integers(0, 3))):
        starts = draw(_maybe(DAY))
        actions.append(
            doc.ActionText(
                code=f"{code}.{rank}",
                title=draw(TITLE),
                key=f"drawn/{code}-{rank}",
                words=draw(WORDS),
                pilot=draw(ORGANISATION | st.just("")),
                partners=tuple(draw(st.lists(ORGANISATION, unique=True, max_size=2).map(sorted))),
                starts_on=starts,
                due_on=starts and starts + timedelta(days=draw(st.integers(0, 900))),
                steps=tuple(draw(st.lists(WORDS.filter(str.strip), max_size=2))),
                source=draw(WORDS),
                doubt=draw(WORDS),
                targets=(draw(targets(f"A{code}.{rank}")),) if draw(st.booleans()) else (),
            )
        )
    return doc.AxisText(
        code=str(code),
        title=draw(TITLE),
        words=draw(WORDS),
        doubt=draw(WORDS),
        actions=tuple(actions),
        targets=(draw(targets(f"X{code}")),) if draw(st.booleans()) else (),
    )


@st.composite
def versions(draw: st.DrawFn, number: int, day: date, *, signed: bool) -> doc.VersionText:
    """A version that breaks no rule and holds from `day`."""
    shares = draw(st.sampled_from([(None, None), (5000, 5000), (1, 9999), (10_000, 0)]))
    return doc.VersionText(
        number=number,
        signed=signed,
        signed_on=day if signed else None,
        effective_on=day,
        effective_until=draw(st.none() | st.just(day + timedelta(days=365))),
        amount_cents=draw(st.none() | st.integers(0, 10**13)),
        announced_actions=draw(st.none() | st.integers(0, 50)),
        basis=draw(st.sampled_from(doc.Basis)),
        words=draw(WORDS),
        source=draw(WORDS),
        doubt=draw(WORDS),
        parties=(doc.PartyText("MEL", shares[0]), doc.PartyText("CMA", shares[1])),
        deliberations=(doc.DeliberationText("MEL", day, draw(WORDS), draw(WORDS)),),
        axes=tuple(draw(axes(code)) for code in range(1, draw(st.integers(0, 2)) + 1)),
        targets=(draw(targets("T1")),) if draw(st.booleans()) else (),
        budget=(
            doc.BudgetText(draw(st.integers(0, 10**12)), draw(ORGANISATION | st.just("")), 2019),
        ),
    )


@st.composite
def convention_texts(draw: st.DrawFn) -> doc.ConventionText:
    """A convention that breaks no rule, with up to two versions."""
    day = draw(DAY)
    count = draw(st.integers(1, 2))
    return doc.ConventionText(
        slug="drawn",
        title=draw(TITLE),
        territory="mel",
        keeper="MEL",
        source=draw(WORDS),
        doubt=draw(WORDS),
        organisations=tuple(
            doc.OrganisationText(n, f"Organisation {n}", "epci")
            for n in ("CALL", "CMA", "MEL", "Région")
        ),
        versions=tuple(
            draw(versions(n, day + timedelta(days=30 * n), signed=n < count - 1))
            for n in range(count)
        ),
    )


def organisations() -> tuple[Organisation, Organisation]:
    """The two organisations of the minimal file: the intercommunality and the chamber."""
    epci = organisation("epci", name="Métropole Européenne de Lille", short_name="MEL")
    chamber = organisation(name="Chambre de métiers et de l'artisanat", short_name="CMA")
    return epci, chamber


def _without_geography(text: str) -> str:
    return text.replace('territory = "mel"\nkeeper', "keeper")


def loaded(text: str = MINIMAL) -> Convention:
    """The minimal convention, signed, with its two organisations unless they are there already."""
    if not Organisation.objects.filter(short_name="MEL").exists():
        organisations()
    return load(_without_geography(text), by=System("a test")).convention


def between(keeper: Organisation, partner: Organisation, text: str, slug: str) -> str:
    """The same text, of another address and between other parties."""
    for said, name in (
        ("test-2019", slug),
        ('"MEL"', f'"{keeper}"'),
        ('"CMA"', f'"{partner}"'),
        ("Métropole Européenne de Lille", keeper.name),
        ("Chambre de métiers et de l'artisanat", partner.name),
    ):
        text = text.replace(said, name)
    return text


def convention_of(
    keeper: Organisation,
    *,
    slug: str = "",
    signed: bool = True,
    partner: Organisation | None = None,
) -> Convention:
    """A convention kept by an organisation: one axis, one action, one target; signed unless said."""
    slug = slug or f"convention-{next(_numbers)}"
    other = partner or organisation(name=f"Partenaire {slug}", short_name=f"P {slug}"[:40])
    text = _without_geography(between(keeper, other, MINIMAL, slug))
    if not signed:
        text = text.replace("signed = true", "signed = false")
    return load(text, by=System("a test")).convention


def money(**values: object) -> Money:
    """A payment of 100 € on 1 June 2019, by a new funder, charged to nothing."""
    given: dict[str, Any] = {
        "kind": Entry.Kind.PAYMENT,
        "label": "Facture",
        "on": date(2019, 6, 1),
        "amount_cents": 10_000,
        **values,
    }
    if "funder" not in given:
        given["funder"] = organisation("funder")
    return Money(**given)


def instant(day: str) -> datetime:
    """Noon in Paris on a day."""
    return datetime.combine(date.fromisoformat(day), time(12), tzinfo=clock.PARIS)
