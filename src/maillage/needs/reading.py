"""Lists of needs and referrals as pages show them: filters in the address, counts that equal the lists they open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_noop

from maillage import places
from maillage.accounts import journal
from maillage.accounts.actors import Actor
from maillage.accounts.models import Access, Organisation
from maillage.kernel import clock, workdays
from maillage.ledger import themes
from maillage.needs.lines import called
from maillage.needs.models import Need, Opinion, Referral, Reminder
from maillage.needs.models.needs import MACHINE, RESOURCE, NeedQuerySet
from maillage.needs.models.referrals import ReferralQuerySet
from maillage.needs.permissions import can_read_need_words, can_read_words
from maillage.needs.vocabulary import NeedState, ReferralState

#: After so many working days a request that nobody took up is late (I07).
LATE_AFTER = 5
#: The age of the last reminder of a request that nobody took up, in days.
LAST_REMINDER = 45


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for, from its address; what is no choice is left out."""

    state: str = ""
    theme: str = ""
    sent: bool = False
    partner: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str], states: type[NeedState] | type[ReferralState]) -> Wanted:
        """The filters of an address."""
        state, theme = given.get("etat", ""), given.get("theme", "")
        return cls(
            state=state if state in states.values else "",
            theme=themes.followed(theme) if themes.find(theme) else "",
            sent=given.get("sens", "") == "envoyees",
            partner=given.get("partenaire", "")[:40],
        )


def needs(actor: Actor, wanted: Wanted) -> NeedQuerySet:
    """The needs that the actor's organisation heard, as filtered; a difficulty is found by who may name it."""
    rows = Need.objects.owned_by(actor).with_state()
    if wanted.state:
        rows = rows.at_stage(wanted.state)
    if wanted.theme:
        rows = rows.filter(theme__in=themes.leading_to(wanted.theme))
    return rows.select_related("establishment__legal_unit", "organisation", "heard_by")


def referrals(actor: Actor, wanted: Wanted) -> ReferralQuerySet:
    """The referrals received (or sent) by the actor's organisation, as filtered."""
    every = Referral.objects.all()
    rows = (every.sent_by(actor) if wanted.sent else every.received_by(actor)).with_stage()
    if wanted.state:
        rows = rows.at_stage(wanted.state)
    if wanted.theme:
        rows = rows.filter(need__theme__in=themes.leading_to(wanted.theme))
    if wanted.partner:
        rows = rows.filter(partner__in=Organisation.objects.filter(key__in=_keys(wanted.partner)))
    return rows.select_related(
        "need__establishment__legal_unit", "need__organisation", "partner", "person"
    )


def _keys(text: str) -> list[str]:
    """The text, when it may be a key."""
    plain = text.replace("-", "")
    return [text] if len(plain) == 32 and set(plain) <= set("0123456789abcdef") else []


@dataclass(frozen=True, slots=True)
class Row:
    """A referral in a list: what it is about as far as the reader may know, how long it waits."""

    referral: Referral
    title: str
    firm: str
    state: ReferralState
    waits: int | None
    url: str

    @property
    def is_late(self) -> bool:
        """Nobody took it up in the days that are promised."""
        return self.waits is not None and self.waits > LATE_AFTER


def row_of(referral: Referral, actor: Actor, today: date) -> Row:
    """One line of a list."""
    need, state = referral.need, referral.state
    waiting = state in {ReferralState.SENT, ReferralState.SEEN}
    reads = can_read_words(actor, referral)
    return Row(
        referral=referral,
        title=need.title if reads else called(need, actor),
        firm=need.establishment.display_name if reads else "",
        state=state,
        waits=workdays.between(clock.local_day(referral.sent_at), today) if waiting else None,
        url=reverse("needs:referral", kwargs={"key": referral.key}),
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many requests of a partner stand somewhere, and the list of them."""

    state: ReferralState
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """What one partner did of what it was sent."""

    partner: Organisation
    counts: list[Tally]
    total: int


def inboxes(actor: Actor) -> list[Inbox]:
    """What the actor's organisation sent, by partner and state: each number is that of the list it opens."""
    rows = Referral.objects.sent_by(actor).counted()
    table: dict[int, dict[str, int]] = {}
    for partner, stage, number in rows:
        table.setdefault(partner, {})[stage] = number
    partners = Organisation.objects.filter(pk__in=table).order_by("name", "pk")
    return [_inbox(partner, table[partner.pk]) for partner in partners]


def _inbox(partner: Organisation, counted: Mapping[str, int]) -> Inbox:
    counts = [
        Tally(state, counted.get(state.value, 0), _list_url(partner, state))
        for state in ReferralState
    ]
    return Inbox(partner, counts, sum(counted.values()))


def _list_url(partner: Organisation, state: ReferralState) -> str:
    query = urlencode({"sens": "envoyees", "partenaire": partner.key, "etat": state.value})
    return f"{reverse('needs:referrals')}?{query}"


def unanswered(actor: Actor) -> ReferralQuerySet:
    """What the actor's organisation sent and nobody took up after the last reminder, the oldest first."""
    last = Reminder.objects.visible_to(MACHINE).filter(
        referral=OuterRef("pk"), after_days__gte=LAST_REMINDER
    )
    rows = Referral.objects.all().sent_by(actor).waiting().filter(Exists(last))
    return rows.select_related("need__establishment__legal_unit", "partner").order_by(
        "sent_at", "pk"
    )


def nobodys(actor: Actor) -> NeedQuerySet:
    """The open needs that nobody has in hand: never sent, or refused and expired everywhere."""
    every = Referral.objects.visible_to(MACHINE)
    live = every.live().filter(need=OuterRef("pk"))
    rows = Need.objects.owned_by(actor).standing().filter(Q(closed_at=None) & ~Exists(live))
    return rows.select_related("establishment__legal_unit").order_by("expressed_on", "pk")


def opinion_of(need: Need, actor: Actor) -> Opinion | None:
    """What the firm said of the answer to its need, if it said anything."""
    said = Opinion.objects.visible_to(actor).filter(need=need, answered_at__isnull=False)
    return said.first()


def note_reading(referral: Referral, actor: Actor) -> None:
    """A partner or an auditor reads the firm's words: noted once a day, so that the firm can be told who looked."""
    mine = referral.need.organisation_id == actor.organisation_id
    if not mine and can_read_words(actor, referral):
        _note(referral.need, actor)


def note_audit(need: Need, actor: Actor) -> None:
    """The same for a need read by somebody of no organisation concerned."""
    if need.organisation_id != actor.organisation_id and can_read_need_words(actor, need):
        _note(need, actor)


def _note(need: Need, actor: Actor) -> None:
    every = Access.objects.visible_to(MACHINE)
    today = every.filter(
        person=actor.person, organisation=actor.organisation, resource=RESOURCE,
        object_key=str(need.key), at__gt=clock.end_of_day(clock.today() - timedelta(days=1)),
    )  # fmt: skip
    if not today.exists():
        firm = need.establishment.legal_unit.key
        journal.read(actor, RESOURCE, need.key, firm, gettext_noop("Request read"))


def who_read(need: Need) -> list[Access]:
    """Which organisations read the words of a need, and when, latest first; for the firm itself."""
    every = Access.objects.visible_to(MACHINE)
    rows = every.filter(resource=RESOURCE, object_key=str(need.key))
    return list(rows.select_related("organisation").order_by("-at", "-pk")[:50])


def needs_as_csv(rows: NeedQuerySet) -> tuple[list[str], list[list[Any]]]:
    """Needs as a table: no word of the firm, no contact."""
    header = [
        _("Firm"), _("SIRET"), _("Commune"), _("Need"), _("Heard at"), _("Expressed on"), _("Urgency"), _("State"),
        _("Closed at"), _("Outcome"),
    ]  # fmt: skip
    towns = places.commune_names({need.establishment.commune for need in rows})
    table = [
        [need.establishment.display_name, need.establishment.siret if need.establishment.is_open else "",
         towns[need.establishment.commune], need.title, need.get_origin_display(), need.expressed_on,
         need.get_urgency_display(), NeedState(need.stage).label,  # type: ignore[attr-defined]
         need.closed_at, need.get_ending_display()]
        for need in rows
    ]  # fmt: skip
    return header, table


def as_csv(rows: ReferralQuerySet, actor: Actor) -> tuple[list[str], list[list[Any]]]:
    """The list as a table: no word of the firm, no contact."""
    today = clock.today()
    header = [
        _("Firm"), _("Commune"), _("Need"), _("From"), _("Sent to"), _("State"), _("Sent at"), _("Taken up at"),
        _("Ended at"), _("Outcome"),
    ]  # fmt: skip
    towns = places.commune_names({one.need.establishment.commune for one in rows})
    table = []
    for referral in rows:
        row = row_of(referral, actor, today)
        outcome = referral.get_ending_display() or referral.get_refusal_display()
        table.append(
            [row.firm, towns[referral.need.establishment.commune] if row.firm else "", row.title, str(referral.need.organisation), str(referral.partner), row.state.label,
             referral.sent_at, referral.taken_at, referral.ended_at, outcome]
        )  # fmt: skip
    return header, table
