"""Questionnaires brought, written as drafts, published for good."""

from __future__ import annotations

from datetime import date

import pytest

from maillage.accounts.roles import Role
from maillage.conventions.text.problems import TextRefused
from maillage.diagnoses import actions
from maillage.diagnoses.models import Questionnaire
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from tests.factories import accounts, diagnoses as make

pytestmark = pytest.mark.django_db


def every() -> list[tuple[str, int, bool]]:
    rows = Questionnaire.objects.unscoped(reason="test")
    return [(one.code, one.number, one.is_draft) for one in rows]


def test_a_questionnaire_is_brought_as_a_draft_then_published_for_good() -> None:
    manager = make.editor()
    draft = make.draft(manager)
    assert draft.is_draft
    published = actions.publish(found=draft, by=manager)
    assert published.published_by == manager.person
    for call in (
        lambda: actions.publish(found=draft, by=manager),
        lambda: actions.drop_draft(found=draft, by=manager),
        lambda: actions.rewrite(found=draft, text=make.text(), version=1, by=manager),
    ):
        with pytest.raises(Conflict):
            call()
    assert every() == [("short", 1, False)]


def test_the_same_text_changes_nothing_and_another_one_is_the_next_version() -> None:
    manager = make.editor()
    first = make.questionnaire(manager)
    assert make.draft(manager) == first
    again = make.draft(manager, make.text(found_map="Autrement dit"))
    once_more = make.draft(manager, make.text(found_map="Autrement encore"))
    assert once_more == again
    assert every() == [("short", 1, False), ("short", 2, True)]
    assert once_more.version == 2


def test_windows_line_ends_are_no_difference() -> None:
    manager = make.editor()
    first = make.draft(manager)
    assert make.draft(manager, make.text().replace("\n", "\r\n")) == first


def test_a_new_version_starts_from_the_last_one_and_there_is_one_draft() -> None:
    manager = make.editor()
    first = make.questionnaire(manager)
    draft = actions.begin_version(found=first, by=manager)
    assert (draft.number, draft.text) == (2, first.text)
    assert actions.begin_version(found=first, by=manager) == draft
    actions.drop_draft(found=draft, by=manager)
    assert every() == [("short", 1, False)]


def test_a_draft_is_rewritten_under_its_code_from_the_version_that_was_read() -> None:
    manager = make.editor()
    draft = make.draft(manager)
    text = make.text(found_map="Autrement dit")
    changed = actions.rewrite(found=draft, text=text, version=1, by=manager)
    assert changed.document.questions["found_map"].ask.fr == "Autrement dit ?"
    with pytest.raises(Conflict):
        actions.rewrite(found=draft, text=text, version=1, by=manager)
    with pytest.raises(Invalid):
        actions.rewrite(found=draft, text=make.text("other"), version=2, by=manager)
    with pytest.raises(TextRefused):
        actions.rewrite(found=draft, text="code = ", version=2, by=manager)


@pytest.mark.parametrize("role", [Role.ADVISER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_advisers_and_others_write_no_questionnaire(role: Role) -> None:
    with pytest.raises(NotAllowed):
        make.draft(accounts.actor(role))
    assert every() == []


def test_a_code_belongs_to_the_organisation_that_brought_it_first() -> None:
    first = make.questionnaire()
    stranger = make.editor()
    for call in (
        lambda: make.draft(stranger, make.text(found_map="À nous")),
        lambda: actions.begin_version(found=first, by=stranger),
    ):
        with pytest.raises(NotAllowed):
            call()
    draft = make.draft(told=make.text("other"))
    with pytest.raises(NotAllowed):
        actions.publish(found=draft, by=stranger)


def test_a_draft_is_read_by_its_organisation_and_what_is_published_by_the_field() -> None:
    manager = make.editor()
    draft = make.draft(manager)

    def seen(role: Role, owner: object = None) -> bool:
        actor = accounts.actor(role, owner)  # type: ignore[arg-type]
        return Questionnaire.objects.visible_to(actor).filter(pk=draft.pk).exists()

    assert seen(Role.ADVISER, manager.organisation)
    assert not seen(Role.ADVISER)
    actions.publish(found=draft, by=manager)
    assert seen(Role.ADVISER)
    assert not seen(Role.ELECTED)
    assert not seen(Role.ADMINISTRATOR, manager.organisation)


def test_the_version_in_use_is_the_last_one_published() -> None:
    manager = make.editor()
    first = make.questionnaire(manager)
    draft = make.draft(manager, make.text(found_map="Autrement dit"))
    in_use = Questionnaire.objects.visible_to(manager).in_use()
    assert list(in_use) == [first]
    actions.publish(found=draft, by=manager)
    assert list(in_use.all()) == [draft]


def test_a_pass_keeps_the_version_by_which_it_was_made() -> None:
    manager = make.editor()
    made = make.diagnosis(through=make.questionnaire(manager), on=date(2020, 1, 6))
    actions.publish(
        found=make.draft(manager, make.text().replace("points = 2", "points = 9")), by=manager
    )
    made.refresh_from_db()
    assert made.questionnaire.number == 1
    assert made.scores.whole.thousandths == 167
