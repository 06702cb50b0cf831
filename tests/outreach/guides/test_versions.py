"""Guides written as drafts and published for good; a visit keeps the version that it answered."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.conventions.text.problems import TextRefused
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.outreach import actions
from maillage.outreach.models import Guide
from tests.factories import accounts, outreach as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Actor:
    return accounts.actor(Role.SERVICE_MANAGER)


def reworded(guide: Guide) -> str:
    return guide.text.replace("Loyer", "Le loyer")


def test_a_draft_is_published_for_good(manager: Actor) -> None:
    draft = make.draft_guide(manager)
    assert (draft.number, draft.is_draft) == (1, True)
    assert make.draft_guide(manager) == draft
    published = actions.publish_guide(guide=draft, by=manager)
    assert published.published_by == manager.person
    calls = (
        lambda: actions.publish_guide(guide=draft, by=manager),
        lambda: actions.rewrite_guide(guide=draft, text=draft.text, version=1, by=manager),
        lambda: actions.drop_guide(guide=draft, by=manager),
    )
    for call in calls:
        with pytest.raises(Conflict):
            call()


def test_the_next_version_starts_from_the_one_in_use(manager: Actor) -> None:
    grid, _points = make.guides(manager)
    draft = make.draft_guide(manager)
    assert (draft.number, draft.text) == (2, grid.text)
    text = reworded(draft)
    changed = actions.rewrite_guide(
        guide=draft, text=text.replace("\n", "\r\n"), version=1, by=manager
    )
    assert (changed.text, changed.version) == (text, 2)
    with pytest.raises(Conflict):
        actions.rewrite_guide(guide=draft, text=text, version=1, by=manager)
    own = Guide.objects.visible_to(manager)
    assert own.in_use("grid") == grid
    actions.publish_guide(guide=changed, by=manager)
    assert own.in_use("grid") == changed
    actions.drop_guide(guide=make.draft_guide(manager), by=manager)
    assert own.filter(kind="grid").count() == 2


def test_a_draft_with_problems_is_not_kept(manager: Actor) -> None:
    draft = make.draft_guide(manager)
    with pytest.raises(TextRefused):
        actions.rewrite_guide(guide=draft, text="title = 1", version=1, by=manager)
    draft.refresh_from_db()
    assert draft.version == 1


def test_points_wait_for_a_grid_and_weigh_what_it_asks(manager: Actor) -> None:
    with pytest.raises(Invalid):
        make.draft_guide(manager, "points")
    actions.publish_guide(guide=make.draft_guide(manager), by=manager)
    points = make.draft_guide(manager, "points")
    grid = make.draft_guide(manager)
    renamed = grid.text.replace('code = "rent"', 'code = "lease"')
    grid = actions.rewrite_guide(guide=grid, text=renamed, version=1, by=manager)
    actions.publish_guide(guide=grid, by=manager)
    with pytest.raises(TextRefused):
        actions.publish_guide(guide=points, by=manager)


def test_only_the_service_manager_of_the_organisation_writes(manager: Actor) -> None:
    draft = make.draft_guide(manager)
    others = (
        accounts.actor(Role.ADVISER, manager.organisation),
        accounts.actor(Role.OFFICER, manager.organisation),
        accounts.actor(Role.SERVICE_MANAGER),
    )
    for by in others:
        with pytest.raises(NotAllowed):
            actions.publish_guide(guide=draft, by=by)
    assert not Guide.objects.visible_to(others[-1]).exists()
    assert not Guide.objects.visible_to(accounts.actor(Role.EXPERT, manager.organisation)).exists()


# Pages


@pytest.fixture
def signed(client: Client) -> Actor:
    return accounts.signed_in(client, Role.SERVICE_MANAGER)


def test_the_manager_writes_publishes_and_reads(client: Client, signed: Actor) -> None:
    assert "Aucune version" in client.get(reverse("outreach:guides")).content.decode()
    for kind in ("grid", "points"):
        begun = client.post(reverse("outreach:begin_guide", args=[kind]))
        draft = Guide.objects.visible_to(signed).get(kind=kind)
        address = reverse("outreach:edit_guide", args=[draft.key])
        assert begun.url == address  # type: ignore[attr-defined]
        saved = client.post(address, {"text": draft.text, "version": 1})
        assert saved.status_code == 302
        published = client.post(reverse("outreach:publish_guide", args=[draft.key]), follow=True)
        assert "publiée le" in published.content.decode()
    assert "Deux mois de retard" in client.get(page_of(signed, "grid")).content.decode()
    assert "+3" in client.get(page_of(signed, "points")).content.decode()
    assert client.get(reverse("outreach:guides")).content.decode().count("Version publiée") == 2


def page_of(by: Actor, kind: str) -> str:
    found = Guide.objects.visible_to(by).in_use(kind)
    assert found is not None
    return reverse("outreach:guide", args=[found.key])


def test_problems_are_told_with_their_lines_and_nothing_typed_is_lost(
    client: Client, signed: Actor
) -> None:
    draft = make.draft_guide(signed)
    answer = client.post(
        reverse("outreach:edit_guide", args=[draft.key]),
        {"text": draft.text.replace("many = true", "many = 1"), "version": 1},
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "ligne " in page
    assert "many = 1" in page


def test_a_stale_edit_shows_both_texts(client: Client, signed: Actor) -> None:
    draft = make.draft_guide(signed)
    actions.rewrite_guide(guide=draft, text=reworded(draft), version=1, by=signed)
    answer = client.post(
        reverse("outreach:edit_guide", args=[draft.key]), {"text": draft.text, "version": 1}
    )
    assert answer.status_code == 409
    assert "Le loyer" in answer.content.decode()


def test_a_published_version_offers_no_writing(client: Client, signed: Actor) -> None:
    grid, _points = make.guides(signed)
    assert client.get(reverse("outreach:edit_guide", args=[grid.key])).status_code == 302
    assert client.post(reverse("outreach:begin_guide", args=["other"])).status_code == 404
    given_up = make.draft_guide(signed)
    client.post(reverse("outreach:drop_guide", args=[given_up.key]))
    assert not Guide.objects.visible_to(signed).filter(pk=given_up.pk).exists()


def test_points_that_weigh_a_question_gone_go_back_to_their_draft(
    client: Client, signed: Actor
) -> None:
    make.guides(signed)
    points, grid = make.draft_guide(signed, "points"), make.draft_guide(signed)
    text = grid.text.replace('code = "rent"', 'code = "lease"')
    grid = actions.rewrite_guide(guide=grid, text=text, version=1, by=signed)
    actions.publish_guide(guide=grid, by=signed)
    answer: Any = client.post(reverse("outreach:publish_guide", args=[points.key]), follow=True)
    assert answer.redirect_chain == [(reverse("outreach:edit_guide", args=[points.key]), 302)]
    assert "rent" in answer.content.decode()
