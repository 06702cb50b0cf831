"""`maillage demo`: story first, observatories next, into an empty instance only."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from maillage.figures.models import Publication, StockVintage
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.site.demo import observatory, story
from maillage.site.management.commands import demo
from maillage.site.stock.making import SMALLEST
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def plays(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What would be played, without playing it."""
    done: list[tuple[str, Any]] = []
    monkeypatch.setattr(demo.story, "play", lambda size, _tell: done.append(("story", size.name)))
    monkeypatch.setattr(
        demo.observatory, "play", lambda many, _tell: done.append(("observatory", many))
    )
    return done


@pytest.mark.parametrize("size", sorted(story.SIZES))
def test_the_story_is_played_then_observatories_of_its_size(
    plays: list[tuple[str, Any]], size: str
) -> None:
    call_command("demo", "--size", size, stderr=StringIO())
    assert plays == [("story", size), ("observatory", observatory.SIZES[size])]


def test_every_size_has_a_stock_that_can_be_made() -> None:
    assert set(observatory.SIZES) == set(story.SIZES)
    assert min(observatory.SIZES.values()) >= SMALLEST


@pytest.mark.parametrize("size", sorted(story.SIZES))
def test_an_instance_that_holds_something_is_refused_before_anything_is_played(
    plays: list[tuple[str, Any]], size: str
) -> None:
    make.organisation()
    with pytest.raises(CommandError, match="empty one") as refused:
        call_command("demo", "--size", size, stderr=StringIO())
    assert refused.value.returncode == 1
    assert plays == []
    assert not Publication.objects.exists()
    assert not StockVintage.objects.exists()


@pytest.mark.usefixtures("plays")
def test_a_refusal_of_the_observatories_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise Invalid(Words("Rien n’est chargé.", "Nothing is loaded."))

    monkeypatch.setattr(demo.observatory, "play", refuse)
    with pytest.raises(CommandError, match="not played"):
        call_command("demo", "--size", "small", stderr=StringIO())
