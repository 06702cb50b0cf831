"""A firm follows its request by a signed link: who answers and when, who read it, what it may change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from maillage import post
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Access
from maillage.needs.actions.agreeing import agreements_of
from maillage.needs.actions.closing import referrals_of
from maillage.needs.models import Agreement, Need, Referral
from maillage.needs.models.needs import MACHINE
from maillage.needs.purposes import FOLLOW
from maillage.needs.reading import who_read
from maillage.needs.vocabulary import NeedState, ReferralState
from maillage.post import links
from maillage.post.models import Link

LASTING = timedelta(days=365)


def need_of(link: Link) -> Need | None:
    """The need that a link opens; none once it was withdrawn as a mistake."""
    rows = Need.objects.visible_to(MACHINE).standing().with_state().filter(key=link.subject)
    return rows.select_related("organisation", "establishment__legal_unit").first()


def firm_itself(need: Need) -> System:
    """Who acts when the firm does something on the page of its request."""
    return System("the firm itself, by its link", organisation=need.organisation)


def page_once(key: str) -> str:
    """Under which key the message that tells a firm the address of its page is queued, once."""
    return f"need:{key}:follow"


def hand_link(need: Need, by: Actor) -> str:
    """The address of the firm's page, made once for a need and sent where it may be read; blank when it was before.

    Within the transaction that writes the need, so that neither goes without the other.
    """
    subject = str(need.key)
    if Link.objects.filter(purpose=FOLLOW, subject=subject).exists():
        return ""
    address = links.make(FOLLOW, subject=subject, lasting=LASTING, language=need.language)
    if need.contact_email:
        post.send(
            to=need.contact_email,
            template="needs/mails/follow.html",
            context={"address": address, "need": need},
            once=page_once(subject),
            language=need.language,
            by=by,
        )
    return address


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a request, for the firm: what happened, when, at whom."""

    words: str
    at: datetime
    who: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """All that the page of a request tells."""

    need: Need
    state: NeedState
    steps: list[Step]
    referrals: list[Referral]
    agreements: list[Agreement]
    readings: list[Access]

    @property
    def is_open(self) -> bool:
        """Whether the firm may still change it."""
        return self.need.is_open


def followed(need: Need) -> Followed:
    """What the firm reads of its request."""
    referrals = list(referrals_of(need).select_related("partner", "person").order_by("sent_at"))
    return Followed(
        need=need,
        state=NeedState(need.stage),  # type: ignore[attr-defined]
        steps=sorted((step for one in referrals for step in _steps(one)), key=lambda step: step.at),
        referrals=[one for one in referrals if one.is_live],
        agreements=list(agreements_of(need).select_related("partner")),
        readings=who_read(need),
    )


def _steps(referral: Referral) -> list[Step]:
    who = str(referral.partner)
    name = str(referral.person) if referral.person else who
    told = [
        (referral.sent_at, _("Your request is sent"), who),
        (referral.seen_at, _("Your request was read"), who),
        (referral.taken_at, _("Somebody takes care of it and will call you"), f"{name}, {who}"),
    ]
    steps = [Step(words, at, by) for at, words, by in told if at]
    if referral.ended_at:
        steps.append(Step(_ended(referral), referral.ended_at, who, referral.answer))
    return steps


def _ended(referral: Referral) -> str:
    """Its end, in words for whoever asked; a refusal is the partner's, not the firm's affair."""
    if referral.state is ReferralState.CLOSED:
        return str(referral.get_ending_display())
    if referral.state is ReferralState.WITHDRAWN:
        return _("Your request was taken back")
    return _("Could not answer: we look for somebody else")
