"""A questionnaire given by file: previewed, brought as a draft, taken back, refused with its lines."""

from __future__ import annotations

from typing import Any

import pytest

from maillage.accounts.actors import Actor
from maillage.diagnoses import actions
from maillage.diagnoses.models import MACHINE, Questionnaire
from maillage.intake import actions as loads, loading
from maillage.intake.models import Load
from tests.factories import diagnoses as make, intake

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return make.editor()


def how(by: Actor) -> dict[str, Any]:
    return {"source": "questionnaire", "name": "court.toml", "by": by}


def applied(by: Actor, told: str = "") -> Load:
    return intake.applied((told or make.text()).encode(), **how(by))


def versions() -> list[tuple[str, int, bool]]:
    rows = Questionnaire.objects.visible_to(MACHINE)
    return [(one.code, one.number, one.is_draft) for one in rows]


def test_a_file_is_previewed_without_writing_anything(by: Actor) -> None:
    load = intake.previewed(make.text().encode(), **how(by))
    assert load.state == Load.State.PREVIEWED
    assert (load.count("read"), load.count("new")) == (6, 6)
    assert versions() == []


def test_a_file_becomes_a_draft_of_the_organisation_that_loads_it(by: Actor) -> None:
    load = applied(by)
    assert load.state == Load.State.ACTIVE
    assert versions() == [("short", 1, True)]
    found = Questionnaire.objects.visible_to(by).get()
    assert found.organisation == by.organisation
    assert found.load_id == load.pk


def test_the_load_leads_to_what_it_brought(by: Actor) -> None:
    from maillage.intake.declared import importer_of

    load = applied(by)
    found = Questionnaire.objects.visible_to(by).get()
    leads = importer_of("questionnaire").leads_to(loading.run_of(load))
    assert leads == f"/questionnaires/{found.key}/"


def test_another_text_of_a_published_one_is_its_next_version(by: Actor) -> None:
    make.questionnaire(by)
    load = applied(by, make.text(found_map="Autrement dit"))
    assert load.count("changed") == 6
    assert versions() == [("short", 1, False), ("short", 2, True)]


def test_the_same_text_brings_nothing(by: Actor) -> None:
    make.questionnaire(by)
    load = applied(by)
    assert load.state != Load.State.ACTIVE
    assert versions() == [("short", 1, False)]


def test_a_draft_under_way_is_not_overwritten(by: Actor) -> None:
    make.draft(by)
    load = intake.previewed(make.text(found_map="Autrement").encode(), **how(by))
    assert load.state == Load.State.FAILED
    assert "brouillon" in load.refusal["said"]
    assert versions() == [("short", 1, True)]


WRONG = {
    "a theme": ('theme = "digital"', 'theme = "digitale"', "court.toml:14:"),
    "points": ("points = 2", "points = -2", "court.toml:13:"),
    "no TOML": ('code = "short"', "code = short", "court.toml:1:"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_file_with_problems_is_refused_with_their_lines_and_columns(by: Actor, what: str) -> None:
    old, new, place = WRONG[what]
    load = intake.previewed(make.text().replace(old, new, 1).encode(), **how(by))
    assert load.state == Load.State.FAILED
    assert place in load.refusal["said"]
    assert versions() == []


def test_a_file_in_another_encoding_is_refused_with_its_remedy(by: Actor) -> None:
    load = intake.previewed(make.text().encode("utf-16"), **how(by))
    assert load.state == Load.State.FAILED
    assert "UTF-8" in load.refusal["said"]


def test_a_code_of_another_organisation_is_refused(by: Actor) -> None:
    make.questionnaire()
    load = intake.previewed(make.text(found_map="Autrement").encode(), **how(by))
    assert load.state == Load.State.FAILED
    assert versions() == [("short", 1, False)]


def test_undoing_takes_the_draft_away(by: Actor) -> None:
    load = applied(by)
    loads.undo_load(load=load, because="essai", by=by)
    load.refresh_from_db()
    loading.undo(load)
    assert versions() == []
    load.refresh_from_db()
    assert load.state == Load.State.UNDONE


def test_undoing_leaves_what_was_published(by: Actor) -> None:
    load = applied(by)
    actions.publish(found=Questionnaire.objects.visible_to(by).get(), by=by)
    loads.undo_load(load=load, because="essai", by=by)
    load.refresh_from_db()
    loading.undo(load)
    assert versions() == [("short", 1, False)]


def test_applied_again_after_a_cut_it_brings_nothing_more(by: Actor) -> None:
    load = applied(by)
    kind = actions.take_in(text=make.text(), load=load.pk, by=by)
    assert kind == "unchanged"
    assert versions() == [("short", 1, True)]


def test_a_load_given_up_before_it_was_confirmed_leaves_other_drafts_alone(by: Actor) -> None:
    make.draft(by, make.text("other"))
    load = intake.previewed(make.text().encode(), **how(by))
    actions.take_out(load=load.pk)
    assert versions() == [("other", 1, True)]
