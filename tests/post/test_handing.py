"""Letters and text messages: gathered once, taken once, handed over or put back."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pypdf
import pytest
from django.db import IntegrityError, connections, transaction

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.post import files, handing, outbox
from maillage.post.models import Batch, Kind, Message, State, Unsubscription
from tests.factories import accounts, post as make

pytestmark = pytest.mark.django_db


def gather(by: Actor, kind: str = Kind.LETTER) -> Batch:
    return handing.gather(kind=kind, by=by, once=uuid4())


def letters(by: Actor, many: int, **fields: Any) -> list[Message]:
    return [make.message(by=by, kind=Kind.LETTER, **fields) for _ in range(many)]


def states(messages: list[Message]) -> list[str]:
    return [make.again(one).state for one in messages]


# Gathering


def test_what_waits_goes_into_one_file_and_no_other(administrator: Actor) -> None:
    ours = letters(administrator, 3)
    batch = gather(administrator)

    assert list(batch.messages.order_by("id")) == ours
    assert states(ours) == [State.CLAIMED] * 3
    assert make.life(ours[0]) == ["queued", "filed"]
    with pytest.raises(Invalid, match="Rien n’attend"):
        gather(administrator)


def test_each_kind_has_its_file_and_e_mails_have_none(administrator: Actor) -> None:
    [letter] = letters(administrator, 1)
    text = make.message(by=administrator, kind=Kind.TEXT)
    email = make.message(by=administrator)

    assert list(gather(administrator, Kind.TEXT).messages.all()) == [text]
    assert list(gather(administrator).messages.all()) == [letter]
    with pytest.raises(Invalid):
        gather(administrator, Kind.EMAIL)
    assert make.again(email).state == State.WAITING


def test_another_organisation_s_are_left_to_it(administrator: Actor) -> None:
    make.message(kind=Kind.LETTER)

    with pytest.raises(Invalid):
        gather(administrator)


def test_the_same_form_sent_twice_makes_one_file(administrator: Actor) -> None:
    letters(administrator, 2)
    once = uuid4()
    first = handing.gather(kind=Kind.LETTER, by=administrator, once=once)

    assert handing.gather(kind=Kind.LETTER, by=administrator, once=once) == first
    assert Batch.objects.visible_to(administrator).count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_makes_one_file() -> None:
    by = accounts.actor(Role.ADMINISTRATOR)
    letters(by, 4)
    once = uuid4()

    def press(_rank: int) -> int:
        try:
            return handing.gather(kind=Kind.LETTER, by=by, once=once).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4 if connections["default"].vendor == "postgresql" else 1) as pool:
        assert len(set(pool.map(press, range(4)))) == 1
    assert Batch.objects.visible_to(by).count() == 1


def test_a_file_holds_no_more_than_can_be_made_while_one_waits(
    administrator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing, "MOST", 2)
    ours = letters(administrator, 3)

    assert list(gather(administrator).messages.order_by("id")) == ours[:2]
    assert list(gather(administrator).messages.all()) == ours[2:]


def test_those_who_want_no_more_are_left_out(administrator: Actor) -> None:
    wanted, unwanted = (
        make.message(by=administrator, kind=Kind.TEXT, topic=make.NEWS, to=number)
        for number in ("0612345678", "0687654321")
    )
    digest = outbox.addresses.digest(Kind.TEXT, unwanted.recipient)
    Unsubscription.objects.create(digest=digest, topic=make.NEWS)

    assert list(gather(administrator, Kind.TEXT).messages.all()) == [wanted]
    assert make.again(unwanted).reason == Message.Reason.UNSUBSCRIBED
    assert make.life(unwanted) == ["queued", "cancelled"]


def test_when_all_want_no_more_there_is_no_file_and_all_are_cancelled(
    administrator: Actor,
) -> None:
    unwanted = make.message(by=administrator, kind=Kind.TEXT, topic=make.NEWS)
    digest = outbox.addresses.digest(Kind.TEXT, unwanted.recipient)
    Unsubscription.objects.create(digest=digest, topic=make.NEWS)

    with pytest.raises(Invalid):
        gather(administrator, Kind.TEXT)
    assert make.again(unwanted).state == State.CANCELLED


def test_gathering_takes_the_same_queries_for_few_and_many(
    administrator: Actor, django_assert_max_num_queries: Any
) -> None:
    for many in (2, 12):
        letters(administrator, many)
        with django_assert_max_num_queries(12):
            gather(administrator)


# Taking


def test_it_is_taken_once(administrator: Actor) -> None:
    letters(administrator, 1)
    batch = gather(administrator)

    taken = handing.take(batch=batch, by=administrator)
    assert taken.name == f"lettres-{batch.pk}.pdf"
    batch.refresh_from_db()
    assert batch.taken_by == administrator.person
    with pytest.raises(Conflict, match="déjà été pris"):
        handing.take(batch=batch, by=administrator)


def test_a_file_that_cannot_be_made_is_not_taken(
    administrator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters(administrator, 1)
    batch = gather(administrator)
    with monkeypatch.context() as broken:
        broken.setattr(files, "make", lambda _batch: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            handing.take(batch=batch, by=administrator)

    assert handing.take(batch=batch, by=administrator).content


# What became of it


def test_handed_over_its_messages_are_sent_and_wiped(administrator: Actor) -> None:
    ours = letters(administrator, 2)
    batch = gather(administrator)
    handing.take(batch=batch, by=administrator)
    handing.close(batch=batch, handed_over=True, by=administrator)

    assert states(ours) == [State.SENT] * 2
    assert {make.again(one).text for one in ours} == {""}
    last = ours[0].events.last()
    assert last is not None
    assert (last.what, last.by) == ("handed_over", administrator.person)


def test_put_back_they_wait_for_another_file(administrator: Actor) -> None:
    ours = letters(administrator, 2)
    batch = gather(administrator)
    handing.take(batch=batch, by=administrator)
    handing.close(batch=batch, handed_over=False, by=administrator)

    assert states(ours) == [State.WAITING] * 2
    assert make.life(ours[0]) == ["queued", "filed", "put_back"]
    assert list(gather(administrator).messages.order_by("id")) == ours


def test_what_nobody_took_cannot_have_been_handed_over(administrator: Actor) -> None:
    letters(administrator, 1)
    batch = gather(administrator)

    with pytest.raises(Conflict):
        handing.close(batch=batch, handed_over=True, by=administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.visible_to(administrator).update(was_handed_over=True)


@pytest.mark.parametrize("handed_over", [True, False])
def test_what_became_of_it_is_said_once(administrator: Actor, handed_over: bool) -> None:
    letters(administrator, 1)
    batch = gather(administrator)
    handing.take(batch=batch, by=administrator)
    handing.close(batch=batch, handed_over=handed_over, by=administrator)

    for again in (True, False):
        with pytest.raises(Conflict):
            handing.close(batch=batch, handed_over=again, by=administrator)
    with pytest.raises(Conflict):
        handing.take(batch=batch, by=administrator)


def test_only_an_administrator_of_the_organisation_does_any_of_it(administrator: Actor) -> None:
    letters(administrator, 1)
    batch = gather(administrator)
    for stranger in (
        accounts.actor(Role.ADMINISTRATOR),
        accounts.actor(Role.SERVICE_MANAGER, administrator.organisation),
    ):
        with pytest.raises(NotAllowed):
            handing.take(batch=batch, by=stranger)
        with pytest.raises(NotAllowed):
            handing.close(batch=batch, handed_over=False, by=stranger)
    with pytest.raises(NotAllowed):
        gather(accounts.actor(Role.ADVISER, administrator.organisation))


# The files themselves


def read(made: files.File) -> list[list[str]]:
    text = made.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_text_messages_are_numbers_and_words(administrator: Actor) -> None:
    for number, name in (("06 12 34 56 78", "Léa; Max"), ("+32470123456", 'A "B"')):
        make.message(by=administrator, kind=Kind.TEXT, to=number, context={"name": name})
    made = files.make(gather(administrator, Kind.TEXT))

    header, first, second = read(made)
    assert made.name.startswith("textos-")
    assert header == ["numéro", "texte"]
    assert [first[0], second[0]] == ["33612345678", "32470123456"]
    assert first[1].startswith("Bonjour Léa; Max,")
    assert second[1].startswith('Bonjour A "B",')


def test_no_cell_is_a_formula(administrator: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    queued = make.message(by=administrator, kind=Kind.TEXT)
    make.everything().filter(pk=queued.pk).update(text="=1+1")

    assert read(files.make(gather(administrator, Kind.TEXT)))[1][1] == "'=1+1"


def test_letters_are_one_tagged_file_a_sheet_each(administrator: Actor) -> None:
    letters(administrator, 2)
    make.message(
        by=administrator, kind=Kind.LETTER, language="en",
        to="Max Dupont\n3 rue Neuve\n59100 Roubaix", context={"name": "#Max [x] $y$"},
    )  # fmt: skip
    made = files.make(gather(administrator))
    document = pypdf.PdfReader(io.BytesIO(made.content))
    pages = [" ".join(page.extract_text().split()) for page in document.pages]

    assert made.type == "application/pdf"
    assert len(pages) == 3
    assert "/MarkInfo" in document.trailer["/Root"]
    assert "Atelier Martin 12 rue des Lilas 59000 Lille" in pages[0]
    assert "Message d’essai de Maillage" in pages[0]
    # Words are words: nothing typed by anybody runs in the typesetter.
    assert "Hello #Max [x] $y$," in pages[2]
    assert "Max Dupont" in pages[2]


def test_a_letter_with_characters_that_no_font_draws_is_printed_all_the_same(
    administrator: Actor,
) -> None:
    make.message(by=administrator, kind=Kind.LETTER, context={"name": "Léa 漢字 🙂"})
    made = files.make(gather(administrator))

    assert "□" in pypdf.PdfReader(io.BytesIO(made.content)).pages[0].extract_text()
