"""Referrals in the columns in which conseillers-entreprises hands its own out, so that nobody types one twice."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.needs.lines import called
from maillage.needs.models import Referral
from maillage.needs.models.referrals import ReferralQuerySet
from maillage.needs.permissions import can_read_words
from maillage.needs.vocabulary import Ending, ReferralState

HEADER = [
    "id", "need", "company", "full_name", "visitee", "phone_number", "siret", "commune", "created_at", "advisor",
    "advisor_institution", "theme", "subject", "content", "expert", "expert_institution", "status", "taken_care_of_at",
    "closed_at", "page_analyse",
]  # fmt: skip

#: Where a referral stands, by the codes of that site: still open, in hand, or done in one way or another.
_OPEN, _TAKEN, _DONE, _NOT_OURS = "quo", "taking_care", "done", "not_for_me"
_ENDED = {
    Ending.HELPED: _DONE,
    Ending.NO_FOLLOW_UP: "done_no_help",
    Ending.ABANDONED: "done_no_help",
    Ending.UNREACHABLE: "done_not_reachable",
    Ending.OUT_OF_SCOPE: _NOT_OURS,
}


def status_of(referral: Referral) -> str:
    """The code of where it stands; refused, expired and taken back, it is for somebody else."""
    state = referral.state
    if state is ReferralState.CLOSED:
        return _ENDED[Ending(referral.ending)]
    if state is ReferralState.TAKEN:
        return _TAKEN
    return _OPEN if referral.is_live else _NOT_OURS


def as_exchanged(rows: ReferralQuerySet, actor: Actor) -> tuple[list[str], list[list[Any]]]:
    """The table: the firm, its words and its contact only where the reader may read them."""
    return HEADER, [_row(one, actor) for one in rows.select_related("sent_by", "need__legal_unit")]


def _row(referral: Referral, actor: Actor) -> list[Any]:
    need, reads = referral.need, can_read_words(actor, referral)
    place = need.establishment
    firm = (
        place.display_name,
        need.contact_name,
        need.contact_email,
        need.contact_phone,
        place.siret,
        place.commune,
    )
    return [
        str(referral.key), str(need.key), *(firm if reads else ("",) * len(firm)), need.expressed_on,
        str(referral.sent_by or ""), need.organisation.name, need.theme if reads or not need.is_sensitive else "",
        need.title if reads else called(need, actor), need.words if reads else "", str(referral.person or ""),
        referral.partner.name, status_of(referral), referral.taken_at, referral.ended_at,
        urljoin(settings.ADDRESS, reverse("needs:referral", kwargs={"key": referral.key})),
    ]  # fmt: skip
