"""A text in its reader's language: what a promise counts, where a problem is mended, never a raw filter."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from maillage import ledger
from maillage.accounts.roles import Role
from maillage.conventions.counting import LABELS, in_words
from maillage.conventions.forms.sections import SECTIONS
from maillage.conventions.models import Action, Axis, Target, Version
from maillage.conventions.text.problems import Problem
from maillage.conventions.text.rules import FILTER_KEYS
from maillage.conventions.views.pointing import pointed
from maillage.register.segments import named
from tests.factories import conventions as make
from tests.factories.accounts import organisation, signed_in
from tests.factories.places import places_loaded

pytestmark = pytest.mark.django_db


def plain(words: object) -> str:
    return str(words).replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")


def said(language: str, **filter_: Any) -> str:
    with translation.override(language):
        return plain(in_words([filter_])[0])


# What a promise counts


def test_a_filter_says_who_where_and_on_what() -> None:
    places_loaded()
    chamber = organisation(name="Chambre de métiers", short_name="CMA")
    held = make.convention_of(organisation("epci"), slug="held")
    given: dict[str, Any] = {
        "territory": "mel",
        "organisations": [str(chamber.key)],
        "schemes": ["convention:held"],
        "action_keys": ["held/1.1"],
    }
    assert said("fr", **given) == (
        "Organisations qui ont agi : CMA · Imputé à : Convention MEL et CMA · "
        "Imputé aux actions : 1.1. Visiter · Territoire : Métropole Européenne de Lille"
    )
    assert said("en", **given) == (
        "Organisations that acted: CMA · Charged to: Convention MEL et CMA · "
        "Charged to the actions: 1.1. Visiter · Territory: Métropole Européenne de Lille"
    )
    assert held.title in said("fr", schemes=["convention:held"])


def test_a_theme_is_said_in_words_and_not_by_its_code() -> None:
    theme = next(iter(ledger.themes.themes().values()))
    for language in ("fr", "en"):
        with translation.override(language):
            words = plain(theme.words)
        told = said(language, themes=[theme.code])
        assert told.endswith(words)
        assert theme.code not in told.replace(words, "")


def test_a_segment_and_a_commune_are_named() -> None:
    places_loaded()
    (craft,) = named(1)
    assert said("fr", segments=1) == f"Segments : {plain(craft.label)}"
    assert said("fr", communes=["59350"]) == "Communes : Lille"


UNKNOWN = [
    ("territory", "atlantide"),
    ("communes", ["99999"]),
    ("themes", ["gone"]),
    ("schemes", ["campaign:0197"]),
    ("action_keys", ["gone/1.1"]),
    ("organisations", ["0197b2a0-0000-7000-8000-000000000001"]),
]


@pytest.mark.parametrize(("name", "value"), UNKNOWN, ids=[name for name, _ in UNKNOWN])
def test_what_is_no_longer_known_is_shown_as_it_was_written(name: str, value: Any) -> None:
    written = value if isinstance(value, str) else value[0]
    assert said("fr", **{name: value}).endswith(written)


def test_every_dimension_of_a_filter_has_its_label() -> None:
    assert set(LABELS) == FILTER_KEYS
    assert in_words([{}]) == [""]
    assert in_words([]) == []


def test_an_amended_action_is_called_as_the_last_text_does() -> None:
    held = make.convention_of(organisation("epci"), slug="held", signed=False)
    Action.objects.filter(version__convention=held).update(title="Rencontrer")
    assert said("fr", action_keys=["held/1.1"]).endswith("1.1. Rencontrer")


def test_many_filters_ask_no_more_questions_than_one() -> None:
    """An empty one asks nothing; names are fetched once for all."""
    keys = [str(organisation(short_name=f"O{n}").key) for n in range(30)]
    filters = [{"organisations": [key], "action_keys": [f"a/{key[:4]}"]} for key in keys]
    counts = []
    for few in (filters[:1], filters):
        with CaptureQueriesContext(connection) as asked:
            in_words(few)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    with CaptureQueriesContext(connection) as asked:
        in_words([{}])
    assert len(asked) == 0


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_of_a_text_shows_no_raw_filter(client: Client, language: str) -> None:
    theme = next(iter(ledger.themes.themes().values()))
    with translation.override(language):
        words = plain(theme.words)
    text = make.MINIMAL.replace("late_actions", "payments").replace(
        '{ organisations = ["MEL"] }',
        f'{{ themes = ["{theme.code}"], schemes = ["convention:test-2019"] }}',
    )
    convention = make.loaded(text)
    client.cookies["django_language"] = language
    shown = plain(client.get(reverse("conventions:text", args=[convention.slug])).content.decode())
    shown = shown.replace("&#x27;", "'")
    assert words in shown
    for raw in ("themes=", "themes:", "convention:x =", "{'", "['", "schemes"):
        assert raw not in shown, raw


# Where a problem is mended


@pytest.fixture
def draft() -> Version:
    """A draft with two axes, three actions, and a promise at each level."""
    held = make.convention_of(organisation("epci"), slug="d", signed=False).versions.get()
    first = held.axes.get()
    second = Axis.objects.create(version=held, code="2", title="Deux", rank=1)
    for rank, (axis, code) in enumerate(((second, "2.1"), (first, "1.2")), start=1):
        Action.objects.create(
            version=held, axis=axis, code=code, key=f"d/{code}", title=code, rank=rank
        )
    for rank, place in enumerate(
        ({"axis": second}, {"action": held.actions.get(code="1.2")}), start=1
    ):
        Target.objects.create(
            version=held, code=f"P{rank}", kind="monitor", indicator="x", rank=rank, **place
        )
    return held


PLACES: list[tuple[tuple[str | int, ...], str, str]] = [
    (("effective_on",), "Prend effet le", "edit_head"),
    (("effective_until",), "Jusqu'au", "edit_head"),
    (("title",), "Titre", "edit_head"),
    (("territory",), "Territoire", "edit_head"),
    (("signed_on",), "Signé le", "#id_signed_on"),
    ((), "Signé le", "#id_signed_on"),
    (("parties",), "Parties", "#parties"),
    (("targets",), "Engagements chiffrés", "#targets"),
    (("targets", 0, "amount"), "Engagement chiffré T1 conventions.late_actions – Quantité promise", "targets T1"),
    (("targets", 0, "version"), "Engagement chiffré T1 conventions.late_actions – Indicateur", "targets T1"),
    (
        ("targets", 0, "filter", "territory"),
        "Engagement chiffré T1 conventions.late_actions – Seulement sur ce territoire",
        "targets T1",
    ),
    (("targets", 0, "filter", "schemes"), "Engagement chiffré T1 conventions.late_actions – Imputé à", "targets T1"),
    (("targets", 0, "filter", "segments"), "Engagement chiffré T1 conventions.late_actions", "targets T1"),
    (("axes", 1, "targets", 0, "by_on"), "Engagement chiffré P1 x – Avant la fin du", "targets P1"),
    (("axes", 0, "actions", 1, "due_on"), "Action 1.2. 1.2 – Échéance", "actions 1.2"),
    (("axes", 0, "actions", 1, "targets", 0, "kind"), "Engagement chiffré P2 x – Nature", "targets P2"),
    (("axes", 1, "actions", 0, "code"), "Action 2.1. 2.1 – Code", "actions 2.1"),
    (("axes", 1, "code"), "Axe 2. Deux – Code", "axes 2"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "label", "where"), PLACES, ids=lambda v: str(v)[:40])
def test_a_problem_leads_to_the_field_that_mends_it(
    draft: Version, path: tuple[str | int, ...], label: str, where: str
) -> None:
    found = pointed(draft, Problem(path, "Non."))
    assert plain(found.place) == label
    if where.startswith("#id"):
        assert found.url == where
    elif where.startswith("#"):
        assert found.url == reverse("conventions:edit", args=["d"]) + where
    elif where == "edit_head":
        assert found.url == reverse("conventions:edit_head", args=["d"])
    else:
        section, code = where.split()
        row = getattr(draft, section).get(code=code)
        assert found.url == reverse("conventions:edit_line", args=["d", section, row.pk])


def test_what_stands_in_the_way_of_the_signature_is_a_list_of_links(
    client: Client, draft: Version
) -> None:
    signed_in(client, Role.OFFICER, draft.convention.keeper)
    Target.objects.filter(version=draft).exclude(code="T1").delete()
    Target.objects.filter(version=draft).update(indicator="conventions.late_action")
    draft.parties.exclude(organisation=draft.convention.keeper).update(share_bp=1)
    response = client.post(reverse("conventions:sign", args=["d"]), {"signed_on": "2999-01-01"})
    assert response.status_code == 422
    shown = plain(response.content.decode())
    target = draft.targets.get()
    for url in (
        reverse("conventions:edit", args=["d"]) + "#parties",
        reverse("conventions:edit_line", args=["d", "targets", target.pk]),
        "#id_signed_on",
    ):
        assert f'href="{url}"' in shown
    assert "Le texte ne peut pas encore être signé." in shown
    assert "Le jour de la signature est encore à venir." in shown
    assert "33.35 %" in shown
    assert not Version.objects.get(pk=draft.pk).is_signed


def test_no_remedy_on_screen_speaks_of_the_keys_of_a_file(client: Client) -> None:
    """Somebody who signs an empty draft on screen reads of fields, not of `effective_on`."""
    signed_in(client, Role.OFFICER, organisation("epci"))
    given = {"title": "A", "slug": "a", "once": "0197b2a0-0000-7000-8000-000000000001"}
    client.post(reverse("conventions:create"), given)
    response = client.post(reverse("conventions:sign", args=["a"]), {})
    shown = plain(response.content.decode())
    assert response.status_code == 422
    assert "Un texte signé dit quel jour il prend effet." in shown
    for name in ("effective_on", "signed_on »", "« doubt", "[[", "versions["):
        assert name not in shown, name


def test_every_section_of_the_draft_can_be_pointed_at(client: Client, draft: Version) -> None:
    signed_in(client, Role.OFFICER, draft.convention.keeper)
    shown = client.get(reverse("conventions:edit", args=["d"])).content.decode()
    assert all(f'id="{name}"' in shown for name in SECTIONS)
