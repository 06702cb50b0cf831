"""What is kept of the catalogue: every version for good; the name of an erased firm is struck out of them."""

from __future__ import annotations

import pytest

from maillage.accounts import retaining
from maillage.accounts.actors import System
from maillage.catalogue.models import Entry, EntryVersion, Link
from maillage.kernel.retention import Kept
from maillage.register import erasing
from tests.factories import catalogue as make, register

pytestmark = pytest.mark.django_db
OURS = (Entry, EntryVersion, Link)


def kept(model: type) -> Kept:
    return retaining.declared()[model]


@pytest.mark.parametrize("model", OURS)
def test_each_model_says_how_long_it_is_kept_and_why(model: type) -> None:
    told = kept(model)
    assert told.why.fr != told.why.en
    assert not told.rules


@pytest.mark.parametrize("model", OURS)
def test_every_text_is_classed_once(model: type) -> None:
    classed = kept(model).classed
    assert len(classed) == len(set(classed))


def test_an_erased_firm_is_named_in_no_version_any_more() -> None:
    unit = register.legal_unit(name="ZYXCANARI")
    register.establishment(legal_unit=unit)
    made = make.entry(
        title="Atelier chez ZYXCANARI", description="Chez Zyxcanari, le matin.", how="Appeler ZYXCANARI.",
        contact_name="Zyxcanari", address="1 rue ZYXCANARI", other="Client de ZYXCANARI.",
    )  # fmt: skip
    erasing.erase(unit=unit, reason="asked", by=System("a test"))
    version = EntryVersion.objects.get(entry=made)
    said = " ".join(str(getattr(version, name)) for name in kept(EntryVersion).typed.split())
    assert "zyxcanari" not in said.lower()
    assert "Atelier chez" in version.title
    assert "le matin" in version.description


def test_a_page_that_names_an_erased_firm_names_it_no_more() -> None:
    unit = register.legal_unit(name="ZYXCANARI")
    register.establishment(legal_unit=unit)
    made = make.link("https://a.example/zyxcanari")
    erasing.erase(unit=unit, reason="asked", by=System("a test"))
    made.refresh_from_db()
    assert "zyxcanari" not in made.url.lower()


def test_an_entry_that_names_nobody_is_left_as_it_was() -> None:
    unit = register.legal_unit(name="ZYXCANARI")
    register.establishment(legal_unit=unit)
    made = make.entry(title="Atelier", description="Une matinée.", phone="03 20 00 00 00")
    before = EntryVersion.objects.filter(entry=made).values().get()
    erasing.erase(unit=unit, reason="asked", by=System("a test"))
    assert EntryVersion.objects.filter(entry=made).values().get() == before
