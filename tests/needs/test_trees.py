"""The tree of themes on screen and at work: written, published, followed, masked; nothing recorded changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage import figures, ledger
from maillage.accounts import identity
from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.figures import Filter, Question
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.periods import Period
from maillage.kernel.text import Words
from maillage.ledger import themes
from maillage.ledger.models import Act
from maillage.needs import actions, permissions, routing
from maillage.needs.actions import Branch
from maillage.needs.models import Need, ThemeTree
from maillage.needs.tree import kept, touching
from tests.factories import accounts, needs as make

pytestmark = pytest.mark.django_db
DRAFT = "/besoins/themes/brouillon/"
YEAR = Period.parse("2020")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


@pytest.fixture
def home() -> Organisation:
    found = accounts.organisation()
    identity.presume(identity.Face(organisation_id=found.pk))
    return found


@pytest.fixture
def admin(home: Organisation) -> Actor:
    return accounts.actor(Role.ADMINISTRATOR, home)


def put(by: Actor, code: str, *, is_new: bool = False, **said: Any) -> ThemeTree:
    """One theme of the draft said otherwise, or added to a family."""
    draft = actions.begin_tree(by=by)
    held = themes.find(code)
    words = held.words if held else Words(f"Le {code}", f"The {code}")
    told: dict[str, Any] = {"family": "life", "place": 1, "words": words} | said
    branch = Branch(code=code, **told)
    return actions.put_theme(branch=branch, is_new=is_new, version=draft.version, by=by)


def publish(by: Actor, because: str = "Le bilan de l’an passé") -> ThemeTree:
    draft = actions.begin_tree(by=by)
    return actions.publish_tree(because=because, version=draft.version, by=by)


def change(by: Actor, code: str, **said: Any) -> ThemeTree:
    put(by, code, **said)
    return publish(by)


def page(client: Client, address: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == status, answer.status_code
    return BeautifulSoup(answer.content, "html.parser")


def typed(found: BeautifulSoup, **said: Any) -> dict[str, Any]:
    """A form as it was issued, with something typed."""
    form = found.select_one("main form[method=post]:has(button.btn-1)")
    assert form is not None
    given: dict[str, Any] = {
        str(one["name"]): one.get("value", "")
        for one in form.select("input[name]:not([type=checkbox])")
    }
    for one in form.select("select[name]"):
        chosen = one.select_one("option[selected]")
        given[str(one["name"])] = chosen["value"] if chosen else ""
    return given | said


def test_an_administrator_writes_publishes_and_everybody_reads_a_version(
    client: Client, home: Organisation
) -> None:
    accounts.signed_in(client, Role.ADMINISTRATOR, home)
    client.cookies["django_language"] = "en"
    assert client.post("/besoins/themes/ecrire/").headers["Location"] == DRAFT
    assert "Nothing yet" in page(client, DRAFT).get_text()

    family = page(client, f"{DRAFT}famille/")
    sent = typed(family, code="health", fr="La santé", en="Health", place=1)
    assert client.post(f"{DRAFT}famille/", sent).status_code == 302
    new = page(client, f"{DRAFT}theme/?famille=health")
    sent = typed(new, code="care", fr="Se soigner", en="Get care", sensitive="on")
    assert sent["family"] == "health"
    assert client.post(f"{DRAFT}theme/", sent).status_code == 302
    again = client.post(f"{DRAFT}theme/", sent)  # the draft moved on: both texts are shown
    assert again.status_code == 409
    online = page(client, f"{DRAFT}theme/online/")
    sent = typed(online, ended="on", replaced_by="digital")
    assert client.post(f"{DRAFT}theme/online/", sent).status_code == 302

    assert themes.find("care") is None  # a draft changes nothing
    draft = page(client, DRAFT)
    said = " ".join(draft.get_text(" ", strip=True).split())
    assert "Ends, and “Take up digital tools” stands for it" in said
    assert client.post(DRAFT, typed(draft)).status_code == 422  # no reason
    assert client.post(DRAFT, typed(draft, because="Asked by firms")).status_code == 302
    assert [code for code, _ in themes.choices()][:1] == ["care"]
    assert "online" not in dict(themes.choices())
    assert themes.is_sensitive("care")

    accounts.signed_in(client)
    assert "Asked by firms" in page(client, "/besoins/themes/").get_text()
    assert "New theme" in page(client, "/besoins/themes/2/").get_text()
    assert "It comes with Maillage" in page(client, "/besoins/themes/1/").get_text()
    page(client, "/besoins/themes/3/", 404)
    assert client.get(DRAFT).status_code == 403


def test_an_administrator_of_another_organisation_is_led_back_and_told_why(
    client: Client, home: Organisation, admin: Actor
) -> None:
    actions.begin_tree(by=admin)
    accounts.signed_in(client, Role.ADMINISTRATOR)
    assert "Écrire la version suivante" not in page(client, "/besoins/themes/").get_text()
    for address in (DRAFT, f"{DRAFT}theme/cash/", f"{DRAFT}famille/"):
        back = client.get(address, follow=True)
        assert back.redirect_chain == [("/besoins/themes/", 302)]
        assert "organisation responsable" in back.content.decode()
    for address in ("ecrire/", "brouillon/abandonner/", "brouillon/retirer/cash/"):
        client.post(f"/besoins/themes/{address}")
    assert ThemeTree.objects.draft() is not None


def test_only_who_administers_the_instance_writes_and_one_draft_at_a_time(
    home: Organisation, admin: Actor
) -> None:
    for other in (accounts.actor(Role.SERVICE_MANAGER, home), accounts.actor(Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            actions.begin_tree(by=other)
    draft = actions.begin_tree(by=admin)
    assert actions.begin_tree(by=admin) == draft
    with pytest.raises(Invalid):  # nothing changes
        actions.publish_tree(because="Rien", version=draft.version, by=admin)
    put(admin, "care", is_new=True)
    with pytest.raises(Conflict):
        actions.take_out(code="care", version=draft.version, by=admin)
    now = actions.begin_tree(by=admin)
    with pytest.raises(Invalid):  # published: it stays
        actions.take_out(code="cash", version=now.version, by=admin)
    with pytest.raises(Invalid):  # it holds themes
        actions.take_out(code="life", version=now.version, by=admin)
    actions.take_out(code="care", version=now.version, by=admin)
    actions.drop_tree(by=admin)
    assert not ThemeTree.objects.exists()
    with pytest.raises(Conflict):
        actions.publish_tree(because="Rien", version=1, by=admin)


def test_a_merged_theme_is_followed_by_all_that_is_told_from_then_on_and_rewrites_nothing(
    admin: Actor,
) -> None:
    owner = accounts.actor(Role.ADVISER)
    old = make.need(owner, theme="online")
    manager = accounts.actor(Role.SERVICE_MANAGER, owner.organisation)
    partner, _ = make.partner()
    make.rule(manager, partner, themes=("online",))
    assert touching.uses()["online"].said[0].startswith("1")
    question = Question("needs.needs_expressed", Filter(), YEAR, "theme")
    before = {one.key: one.value for one in figures.answer([question])[0].groups}
    change(admin, "online", family="tools", ended=True, replaced_by="digital")
    with clock.at(clock.parse_instant("2020-06-03T10:00")):
        new = make.need(owner, theme="online", expressed_on=clock.today())
        late = make.need(owner, theme="online", expressed_on=old.expressed_on)
        assert (new.theme, late.theme) == ("digital", "online")
        assert [one.partner for one in routing.proposed(new)] == [partner]
        assert "online" not in dict(themes.choices())
        after = {one.key: one.value for one in figures.answer([question])[0].groups}
    assert before == {"online": 1}
    assert after == {"online": 2, "digital": 1}
    assert {act.theme for act in Act.objects.unscoped(reason="test")} == {"online", "digital"}
    old.refresh_from_db()
    assert old.theme == "online"


def test_a_theme_that_ended_is_refused_by_name_after_its_day(client: Client, admin: Actor) -> None:
    owner = accounts.actor(Role.ADVISER)
    change(admin, "energy", family="place", ended=True)
    with clock.at(clock.parse_instant("2020-06-03T10:00")):
        with pytest.raises(Invalid) as refused:
            make.need(owner, theme="energy", expressed_on=clock.today())
        assert "theme" in refused.value.fields
    with pytest.raises(Invalid):
        make.rule(accounts.actor(Role.SERVICE_MANAGER), make.partner()[0], themes=("nothing",))
    back = change(admin, "energy", family="place")
    assert back.number == 3
    assert make.need(owner, theme="energy").theme == "energy"


def test_a_theme_made_confidential_masks_old_lines_and_made_plain_again_unmasks_none(
    admin: Actor,
) -> None:
    owner, reader = accounts.actor(Role.ADVISER), accounts.actor(Role.ADVISER)
    accounts.share(owner.acting_for(), reader.acting_for(), "needs", Sensitivity.PARTNERS)
    old = make.need(owner, theme="energy")
    question = Question("needs.needs_expressed", Filter(), YEAR, "theme")

    def masked(need: Need) -> list[bool]:
        acts = Act.objects.unscoped(reason="test").filter(source_key=str(need.key))
        return [
            not permissions.can_read_theme(reader, Need.objects.unscoped(reason="test").get(pk=need.pk)),
            *(one.is_masked for one in ledger.entries(acts, reader)),
        ]  # fmt: skip

    def parts() -> dict[str, Any]:
        return {one.key: one.value for one in figures.answer([question])[0].groups}

    assert (masked(old), parts()) == ([False, False], {"energy": 1})
    change(admin, "energy", family="place", sensitive=True)
    assert (masked(old), parts()) == ([True, True], {"-": 1})
    assert masked(make.need(owner, theme="energy")) == [True, True]
    change(admin, "energy", family="place")
    with clock.at(clock.parse_instant("2020-06-03T10:00")):
        new = make.need(owner, theme="energy", expressed_on=clock.today())
        assert masked(new) == [False, False]
        assert masked(old) == [True, True]
        assert parts() == {"-": 3}  # it counts: a part of its own would tell how many are old


def test_naming_themes_asks_nothing_however_many_versions_there_are(
    client: Client, admin: Actor
) -> None:
    accounts.signed_in(client)

    def asked() -> int:
        client.get("/besoins/")
        with CaptureQueriesContext(connection) as seen:
            client.get("/besoins/")
        return len(seen)

    before = asked()
    for rank in range(3):
        put(admin, f"new{rank}", is_new=True)
        publish(admin)
    assert asked() == before
    assert [one.number for one in kept.versions()] == [1, 2, 3, 4]
    kept.forget()
    assert [one.number for one in kept.versions()] == [1, 2, 3, 4]
    with CaptureQueriesContext(connection) as seen:
        themes.tree()
    assert len(seen) == 0
