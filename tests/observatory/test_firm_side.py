"""The firm's own side: by its link it reads what is kept, corrects, objects, asks to be forgotten (T74, T75)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.accounts import identity, journal
from maillage.accounts.actors import Actor
from maillage.accounts.models import Access
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.needs.vocabulary import Theme
from maillage.observatory.purposes import FIRM
from maillage.outreach.models.targets import targets
from maillage.post import links
from maillage.post.models import Link, Message
from maillage.register.actions import own
from maillage.register.models import FirmAccess, FirmRequest, LegalUnit, Objection
from maillage.register.models.own import a_month_after
from tests.factories import accounts, firmside, ledger, outreach, places, post, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> LegalUnit:
    return register.establishment(unit_name="BOULANGERIE DU COIN").legal_unit


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client, Role.ADVISER)


def door(access: FirmAccess, page: str = "") -> str:
    return f"/l/{firmside.token(access)}/entreprise/{page}"


def shown(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[-300:]
    return answer.content.decode()


def requests() -> list[FirmRequest]:
    return list(FirmRequest.objects.unscoped(reason="tests read all"))


def accesses() -> list[FirmAccess]:
    return list(FirmAccess.objects.unscoped(reason="tests read all"))


class TestReading:
    def test_it_reads_who_it_is_and_what_was_done_with_it(self, unit: LegalUnit) -> None:
        organisation = accounts.organisation(name="La Chambre")
        place = unit.establishments.get()
        ledger.act(by=organisation, establishment=place, occurred_on=date(2020, 3, 2))
        told = shown(Client(), door(firmside.access(organisation, unit)))
        assert "BOULANGERIE DU COIN" in told
        assert "Visite d’essai" in told
        assert "La Chambre" in told
        assert "2 mars 2020" in told

    def test_it_reads_no_more_than_the_organisation_of_the_link(self, unit: LegalUnit) -> None:
        """Whoever hands a link out could look through it: it opens nothing that they may not read."""
        place = unit.establishments.get()
        other = accounts.actor(Role.ADVISER)
        outreach.visit(by=other, establishment=place, themes=(Theme.CASH.value,), note="secret")
        told = shown(Client(), door(firmside.access(accounts.organisation(), unit)))
        assert str(other.organisation) in told, "that something was done is told, and by whom"
        assert "Trésorerie" not in told
        assert "secret" not in told

    def test_a_cancelled_act_is_not_told(self, unit: LegalUnit) -> None:
        access = firmside.access(unit=unit)
        act = ledger.act(by=access.organisation, establishment=unit.establishments.get())
        ledger.reversal(act)
        assert "Rien n’a été enregistré" in shown(Client(), door(access))

    def test_it_reads_with_whom_its_records_are_shared_and_why(self, unit: LegalUnit) -> None:
        keeper, partner = accounts.organisation(), accounts.organisation(name="Le Bailleur")
        ledger.act(by=keeper, establishment=unit.establishments.get())
        accounts.share(keeper, partner, "visits", purpose="Trouver un local")
        accounts.share(accounts.organisation(), partner, "visits", purpose="Une autre affaire")
        told = shown(Client(), door(firmside.access(keeper, unit)))
        assert "Le Bailleur" in told
        assert "Trouver un local" in told
        assert "Une autre affaire" not in told

    def test_it_reads_who_looked_by_organisation_once_a_day(
        self, client: Client, adviser: Actor, unit: LegalUnit
    ) -> None:
        for _ in range(3):
            shown(client, f"/entreprises/{unit.key}/")
        every = Access.objects.unscoped(reason="tests read all").about(unit.key)
        assert every.count() == 1
        told = shown(Client(), door(firmside.access(adviser.organisation, unit)))
        assert "Fiche ouverte" in told
        assert str(adviser.organisation) in told
        assert str(adviser.person.name) not in told, "an organisation answers, not a person"

    def test_a_reading_of_something_confidential_is_told_too(self, unit: LegalUnit) -> None:
        access = firmside.access(unit=unit)
        reader = accounts.actor(Role.SERVICE_MANAGER)
        journal.read(reader, "visits", uuid4(), unit.key, "Préparer un rendez-vous")
        assert "Préparer un rendez-vous" in shown(Client(), door(access))

    def test_a_public_reader_leaves_no_trace(self, unit: LegalUnit) -> None:
        shown(Client(), f"/entreprises/{unit.key}/")
        assert not Access.objects.unscoped(reason="tests read all").exists()

    def test_it_costs_as_many_queries_for_forty_acts_as_for_two(self, unit: LegalUnit) -> None:
        access = firmside.access(unit=unit)
        address, place, costs = door(access), unit.establishments.get(), []
        for number in (2, 40):
            ledger.acts(number, establishment=place)
            shown(Client(), address)
            with CaptureQueriesContext(connection) as asked:
                shown(Client(), address)
            costs.append(len(asked))
        assert costs[0] == costs[1]

    def test_the_page_speaks_the_language_of_the_link(self, unit: LegalUnit) -> None:
        access = firmside.access(unit=unit)
        secret = links.make(FIRM, subject=str(access.key), lasting=timedelta(days=1), language="en")
        answer = Client().get(secret.partition("//")[2].partition("/")[2].join(["/", ""]))
        assert answer["Content-Language"] == "en"
        assert "Who looked" in answer.content.decode()


class TestTheLink:
    def test_the_address_is_kept_by_nobody(self, unit: LegalUnit) -> None:
        answer = Client().get(door(firmside.access(unit=unit)))
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]

    @pytest.mark.parametrize("page", ["", "entreprise.json", "entreprise.zip"])
    def test_a_closed_an_old_or_an_unknown_link_opens_nothing(
        self, unit: LegalUnit, page: str
    ) -> None:
        closed, old = (firmside.access(unit=unit) for _ in range(2))
        doors = [door(one, page) for one in (closed, old)]
        every = FirmAccess.objects.unscoped(reason="tests change all")
        every.filter(pk=closed.pk).update(closed_at=clock.real_now())
        every.filter(pk=old.pk).update(until=clock.real_now() - timedelta(days=1))
        told = [
            shown(Client(), address, 404) for address in (*doors, f"/l/nothing/entreprise/{page}")
        ]
        assert all("n’ouvre rien" in text for text in told)

    def test_a_link_for_something_else_opens_no_sheet(self) -> None:
        shown(Client(), f"/l/{post.token()}/entreprise/", 404)

    def test_a_link_cut_short_leads_to_the_sheet(self, unit: LegalUnit) -> None:
        token = firmside.token(firmside.access(unit=unit))
        answer = Client().get(f"/l/{token}")
        assert (answer.status_code, answer["Location"]) == (302, f"/l/{token}/entreprise/")
        assert answer["Referrer-Policy"] == "no-referrer"

    def test_looking_uses_nothing_up(self, unit: LegalUnit) -> None:
        address = door(firmside.access(unit=unit))
        for _ in range(5):
            shown(Client(), address)
        assert not Link.objects.exclude(uses=0).exists()

    @pytest.mark.parametrize("page", ["demander/", "opposition/"])
    def test_a_form_sent_from_another_site_is_refused(self, unit: LegalUnit, page: str) -> None:
        address = door(firmside.access(unit=unit), page)
        answer = Client().post(
            address, {"objects": "yes"}, headers={"sec-fetch-site": "cross-site"}
        )
        assert answer.status_code == 403
        assert not Objection.objects.exists()


class TestTakingAway:
    def test_the_file_tells_what_the_page_tells(self, unit: LegalUnit) -> None:
        access = firmside.access(unit=unit)
        for _ in range(3):
            ledger.act(by=access.organisation, establishment=unit.establishments.get())
        firmside.request(access=access, said="=A1+cmd")
        address = door(access, "entreprise.json")
        told = json.loads(shown(Client(), address))
        assert told["entreprise"]["nom"] == "BOULANGERIE DU COIN"
        assert [len(told[name]) for name in ("etablissements", "actes", "demandes")] == [1, 3, 1]
        packed = Client().get(address.replace(".json", ".zip"))
        tables = zipfile.ZipFile(io.BytesIO(packed.content))
        assert set(tables.namelist()) == {f"{name}.csv" for name in told if name != "entreprise"}
        asked = list(csv.reader(io.StringIO(tables.read("demandes.csv").decode()), delimiter=";"))
        assert asked[1][2] == "'=A1+cmd", "a spreadsheet runs nothing of it"

    def test_in_english_the_files_name_what_they_hold_in_english(self, unit: LegalUnit) -> None:
        access = firmside.access(unit=unit)
        address = door(access, "entreprise.json")
        Link.objects.update(language="en")
        told = json.loads(shown(Client(), address))
        assert told["firm"]["name"] == "BOULANGERIE DU COIN"
        assert set(told["establishments"][0]) == {"siret", "name", "address", "activity", "state"}

    def test_the_file_holds_the_acts_that_the_page_leaves_out(self, unit: LegalUnit) -> None:
        access = firmside.access(unit=unit)
        ledger.acts(105, establishment=unit.establishments.get())
        assert "5 plus anciens sont dans le fichier" in shown(Client(), door(access))
        assert len(json.loads(shown(Client(), door(access, "entreprise.json")))["actes"]) == 105


class TestAsking:
    def ask(self, access: FirmAccess, status: int = 302, **typed: Any) -> Any:
        given = {"once": str(uuid4()), "what": "correct", "said": "Notre nom"} | typed
        answer = Client().post(door(access, "demander/"), given)
        assert answer.status_code == status, answer.content.decode()[-300:]
        return answer

    def test_a_correction_is_asked_of_the_organisation_of_the_link_and_due_in_a_month(
        self, unit: LegalUnit
    ) -> None:
        access = firmside.access(unit=unit)
        self.ask(access, said="Nous avons déménagé")
        (asked,) = requests()
        assert (asked.organisation, asked.legal_unit) == (access.organisation, unit)
        assert asked.due_on == a_month_after(clock.today())
        assert "Nous avons déménagé" in shown(Client(), door(access))

    def test_to_be_forgotten_is_asked_of_the_organisation_in_charge(self, unit: LegalUnit) -> None:
        in_charge = accounts.organisation()
        identity.presume(identity.Face(organisation_id=in_charge.pk))
        access = firmside.access(unit=unit)
        self.ask(access, what="erase", said="Cessation")
        (asked,) = requests()
        assert asked.organisation == in_charge
        assert "Cessation" in shown(Client(), door(access)), (
            "it reads its answer there all the same"
        )

    def test_the_same_form_sent_twice_asks_once(self, unit: LegalUnit) -> None:
        access, once = firmside.access(unit=unit), str(uuid4())
        self.ask(access, once=once)
        self.ask(access, once=once)
        assert len(requests()) == 1
        self.ask(access, once=once, said="Autre chose", status=409)

    @pytest.mark.parametrize(
        "typed", [{"said": " "}, {"what": "sell"}, {"said": "x" * 1001}, {"once": "nothing"}]
    )
    def test_what_cannot_be_asked_is_said_on_the_page(
        self, unit: LegalUnit, typed: dict[str, str]
    ) -> None:
        answer = self.ask(firmside.access(unit=unit), 422, **typed)
        assert "BOULANGERIE DU COIN" in answer.content.decode()
        assert not requests()

    def test_who_asks_many_is_a_program(self, unit: LegalUnit) -> None:
        access = firmside.access(unit=unit)
        statuses = [
            Client()
            .post(door(access, "demander/"), {"once": str(uuid4()), "what": "correct", "said": "x"})
            .status_code
            for _ in range(22)
        ]
        assert statuses[:20] == [302] * 20
        assert statuses[-1] == 409

    @pytest.mark.parametrize(
        ("day", "due"),
        [
            (date(2026, 1, 31), date(2026, 2, 28)),
            (date(2028, 1, 31), date(2028, 2, 29)),
            (date(2026, 12, 15), date(2027, 1, 15)),
            (date(2026, 3, 31), date(2026, 4, 30)),
        ],
    )
    def test_a_month_ends_on_the_same_day_or_on_the_last(self, day: date, due: date) -> None:
        assert a_month_after(day) == due


class TestAnswering:
    @pytest.fixture
    def asked(self, adviser: Actor) -> FirmRequest:
        return firmside.request(adviser.organisation)

    def test_those_that_wait_are_listed_the_late_ones_said(
        self, client: Client, asked: FirmRequest
    ) -> None:
        every = FirmRequest.objects.unscoped(reason="tests change all")
        every.update(due_on=clock.today() - timedelta(days=1))
        told = shown(client, "/demandes/")
        assert "En retard" in told
        assert f"/demandes/{asked.key}/" in told

    def test_the_firm_reads_the_answer(self, client: Client, asked: FirmRequest) -> None:
        answer = client.post(
            f"/demandes/{asked.key}/", {"accepted": "yes", "words": "Adresse corrigée"}
        )
        assert answer.status_code == 302
        asked.refresh_from_db()
        assert (asked.is_accepted, asked.answer) == (True, "Adresse corrigée")
        access = firmside.access(asked.organisation, asked.legal_unit)
        told = shown(Client(), door(access))
        assert "Adresse corrigée" in told
        assert "Acceptée" in told
        assert "Adresse corrigée" in shown(client, f"/demandes/{asked.key}/")

    @pytest.mark.parametrize("typed", [{"accepted": "yes", "words": ""}, {"words": "x"}])
    def test_an_answer_has_words(
        self, client: Client, asked: FirmRequest, typed: dict[str, str]
    ) -> None:
        assert client.post(f"/demandes/{asked.key}/", typed).status_code == 422

    def test_a_second_answer_is_refused(self, asked: FirmRequest, adviser: Actor) -> None:
        own.answer(request=asked, is_accepted=False, words="Non", by=adviser)
        with pytest.raises(Conflict):
            own.answer(request=asked, is_accepted=True, words="Oui", by=adviser)

    def test_only_those_who_were_asked_answer(self, asked: FirmRequest, adviser: Actor) -> None:
        for other in (
            accounts.actor(Role.ADVISER),
            accounts.actor(Role.ELECTED, adviser.organisation),
        ):
            with pytest.raises(NotAllowed):
                own.answer(request=asked, is_accepted=True, words="Oui", by=other)
        with pytest.raises(Invalid):
            own.answer(request=asked, is_accepted=True, words=" ", by=adviser)

    def test_another_organisation_does_not_know_of_it(self, client: Client) -> None:
        asked = firmside.request()
        accounts.signed_in(client, Role.OFFICER)
        shown(client, f"/demandes/{asked.key}/", 404)
        assert "Aucune entreprise n’attend" in shown(client, "/demandes/")

    def test_an_auditor_reads_and_does_not_answer(self, client: Client) -> None:
        asked = firmside.request()
        accounts.signed_in(client, Role.AUDITOR)
        assert "Nous avons déménagé" in shown(client, f"/demandes/{asked.key}/")
        typed = {"accepted": "yes", "words": "x"}
        assert client.post(f"/demandes/{asked.key}/", typed).status_code == 403


class TestObjecting:
    def test_it_takes_effect_at_once_and_can_be_taken_back(self, unit: LegalUnit) -> None:
        access = firmside.access(unit=unit)
        address = door(access, "opposition/")
        for _ in range(2):
            assert Client().post(address, {"objects": "yes"}).status_code == 302
        assert Objection.objects.filter(until=None).count() == 1
        assert "Vous vous êtes opposée" in shown(Client(), door(access))
        Client().post(address, {"objects": "no"})
        assert not Objection.objects.filter(until=None).exists()
        Client().post(address, {"objects": "yes"})
        assert Objection.objects.count() == 2, "each is kept with its days"

    def test_it_enters_no_new_list_and_what_was_done_counts(self) -> None:
        places.places_loaded()
        place = register.establishment()
        kept = register.establishment()
        campaign = outreach.draft()
        today = clock.today()
        before = {target.legal_unit_id for target in targets(campaign, today)}
        own.object_to_prospecting(unit=place.legal_unit)
        after = {target.legal_unit_id for target in targets(campaign, today)}
        assert before - after == {place.legal_unit_id}
        assert kept.legal_unit_id in after
        own.take_objection_back(unit=place.legal_unit)
        assert {target.legal_unit_id for target in targets(campaign, today)} == before

    @pytest.mark.usefixtures("adviser")
    def test_whoever_might_prospect_it_is_told_on_its_sheet(
        self, client: Client, unit: LegalUnit
    ) -> None:
        own.object_to_prospecting(unit=unit)
        assert "s’oppose à être prospectée" in shown(client, f"/entreprises/{unit.key}/")
        assert "s’oppose" not in shown(Client(), f"/entreprises/{unit.key}/")


@pytest.mark.usefixtures("adviser")
class TestHandingOut:
    def hand(self, client: Client, unit: LegalUnit, **typed: str) -> Any:
        given = {"once": str(uuid4()), "email": "", "language": "fr"} | typed
        return client.post(f"/entreprises/{unit.key}/lien/", given)

    def test_by_e_mail_it_leaves_through_the_outbox(
        self, client: Client, adviser: Actor, unit: LegalUnit
    ) -> None:
        once = str(uuid4())
        for _ in range(2):
            assert self.hand(client, unit, email="patron@example.org", once=once).status_code == 302
        (sent,) = Message.objects.visible_to(adviser)
        assert sent.recipient == "patron@example.org"
        address = next(line for line in sent.text.splitlines() if "/l/" in line)
        assert "BOULANGERIE DU COIN" in shown(Client(), "/" + address.split("/", 3)[3])
        assert len(accesses()) == 1

    def test_by_hand_it_is_shown_once(self, client: Client, unit: LegalUnit) -> None:
        once = str(uuid4())
        told = self.hand(client, unit, once=once).content.decode()
        address = told.split("<code>")[1].split("</code>")[0]
        assert "BOULANGERIE DU COIN" in shown(Client(), "/" + address.split("/", 3)[3])
        assert self.hand(client, unit, once=once).status_code == 409
        assert len(accesses()) == 1
        assert address not in shown(client, f"/entreprises/{unit.key}/lien/")

    def test_a_wrong_address_hands_out_nothing(self, client: Client, unit: LegalUnit) -> None:
        assert self.hand(client, unit, email="patron").status_code == 422
        assert not accesses()
        assert not Link.objects.exists()

    def test_it_is_closed_by_the_organisation_that_handed_it_out(
        self, client: Client, adviser: Actor, unit: LegalUnit
    ) -> None:
        access = firmside.access(adviser.organisation, unit)
        address = door(access)
        stranger = Client()
        accounts.signed_in(stranger, Role.OFFICER)
        closing = f"/entreprises/liens/{access.key}/fermer/"
        assert stranger.post(closing).status_code == 404
        shown(Client(), address)
        for _ in range(2):
            assert client.post(closing).status_code == 302
        shown(Client(), address, 404)
        with pytest.raises(NotAllowed):
            own.close(access=access, by=accounts.actor(Role.OFFICER))

    def test_elected_members_and_the_public_hand_out_none(
        self, client: Client, unit: LegalUnit
    ) -> None:
        accounts.signed_in(client, Role.ELECTED)
        assert client.get(f"/entreprises/{unit.key}/lien/").status_code == 403
        with pytest.raises(NotAllowed):
            own.hand_out(
                unit=unit, until=clock.real_now(), sent_to="", language="fr",
                by=accounts.actor(Role.ELECTED), key=uuid4(),
            )  # fmt: skip
