"""Preparing a campaign, freezing its list, sharing it out among advisers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from maillage import ledger, places
from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.conventions.charging import may_charge
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.outreach import permissions
from maillage.outreach.actions.team import check_team
from maillage.outreach.acts import FIRM_LISTED, SOURCE_CAMPAIGN
from maillage.outreach.models import Campaign, ListedFirm, ways
from maillage.outreach.models.targets import Target, communes_of, targets

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign is: its title, its days, the firms it aims at, the action it is charged to."""

    title: str
    territory: str
    starts_on: date
    ends_on: date
    action_key: str = ""
    communes: tuple[str, ...] = ()
    segments: int = 0
    activities: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()

    @classmethod
    def of(cls, campaign: Campaign) -> Plan:
        """The plan as recorded."""
        fields: dict[str, Any] = {}
        for name in cls.__slots__:
            value = getattr(campaign, name)
            fields[name] = tuple(value) if isinstance(value, list) else value
        return cls(**fields)

    def write_on(self, campaign: Campaign) -> None:
        """Put the plan on the record.

        Raises:
            Invalid: its days are out of order, or its territory or a commune does not exist.
        """
        if not self.title.strip():
            raise Invalid(_("A campaign needs a title."), fields={"title": _("Write a title.")})
        if self.ends_on < self.starts_on:
            message = _("The last day comes before the first one.")
            raise Invalid(message, fields={"ends_on": message})
        for name in self.__slots__:
            value = getattr(self, name)
            setattr(campaign, name, list(value) if isinstance(value, tuple) else value)
        _check_places(campaign)


def _check_places(campaign: Campaign) -> None:
    try:
        known = communes_of(campaign, clock.today())
    except places.UnknownTerritory as error:
        raise Invalid(str(error), fields={"territory": str(error)}) from error
    if outside := sorted(set(campaign.communes) - set(known)):
        message = _("Not communes of this territory: %(codes)s") % {"codes": ", ".join(outside)}
        raise Invalid(message, fields={"communes": message})
    if astray := [one for one in campaign.streets if ways.split(one)[0] not in known]:
        message = _("Not streets of these communes: %(streets)s") % {
            "streets": ", ".join(ways.called(one) for one in astray)
        }
        raise Invalid(message, fields={"streets": message})


def create_campaign(*, plan: Plan, by: Actor, once: str | None = None) -> Campaign:
    """Open the draft of a campaign; sent twice under the same key, there is one.

    Raises:
        NotAllowed: the actor runs no campaign.
        Invalid: the plan does not hold together, or its action is of a convention of others.
        Conflict: the key was used for another campaign.
    """
    if not permissions.can_run_campaign(by):
        raise NotAllowed(_("Officers and service managers prepare campaigns."))
    campaign = Campaign(organisation=by.acting_for(), created_by=by.person, once=once)
    plan.write_on(campaign)
    _check_charge(plan, by)
    if found := _sent_before(campaign):
        return found
    try:
        return _create(campaign=campaign)
    except IntegrityError:
        if found := _sent_before(campaign):
            return found
        raise


def _check_charge(plan: Plan, by: Actor) -> None:
    if plan.action_key and not may_charge(by, plan.action_key):
        message = _("No signed text of a convention of your organisation has this action.")
        raise Invalid(message, fields={"action_key": message})


@ledger.action
def _create(*, campaign: Campaign) -> Campaign:
    campaign.save(force_insert=True)
    return campaign


def _sent_before(campaign: Campaign) -> Campaign | None:
    if campaign.once is None:
        return None
    everyones = Campaign.objects.unscoped(reason="an idempotency key is unique over the instance")
    found = everyones.filter(once=campaign.once).first()
    if found is None or (
        found.organisation_id == campaign.organisation_id and Plan.of(found) == Plan.of(campaign)
    ):
        return found
    raise Conflict(_("This form was already sent with other answers."))


@ledger.action
def change_campaign(*, campaign: Campaign, plan: Plan, version: int, by: Actor) -> Campaign:
    """Change the plan of a draft.

    Raises:
        NotAllowed: another organisation runs it.
        Invalid: the plan does not hold together, or its action is of a convention of others.
        Conflict: its list is frozen, or somebody changed it meanwhile.
    """
    found = locked_campaign(campaign, by)
    if found.frozen_at is not None:
        raise Conflict(_("The list is frozen: its query no longer changes."))
    if found.version != version:
        raise Conflict(
            _("Somebody changed this campaign while you were writing."),
            remedy=_("Compare both texts, then save again."),
        )
    plan.write_on(found)
    _check_charge(plan, by)
    found.version += 1
    found.save()
    return found


@ledger.action
def freeze_campaign(*, campaign: Campaign, by: Actor) -> Campaign:
    """Freeze the query into a list: one line and one act for each firm; asked twice, done once.

    Raises:
        NotAllowed: another organisation runs it.
        Invalid: the query finds no firm.
    """
    found = locked_campaign(campaign, by)
    if found.frozen_at is not None:
        return found
    today = clock.today()
    lines = targets(found, today)
    if not lines:
        raise Invalid(
            _("No active firm answers this query."), remedy=_("Widen the communes or activities.")
        )
    found.frozen_at = clock.now()
    found.save(update_fields=["frozen_at"])
    _write_list(found, lines)
    for line in lines:
        ledger.record(
            FIRM_LISTED,
            by=by,
            occurred_on=today,
            source=(SOURCE_CAMPAIGN, found.key),
            establishment=line.establishment_id,
            scheme=found.scheme,
            action_key=found.action_key,
        )
    return found


def _write_list(campaign: Campaign, lines: Sequence[Target]) -> None:
    ListedFirm.objects.bulk_create(
        [
            ListedFirm(
                campaign=campaign,
                legal_unit_id=line.legal_unit_id,
                establishment_id=line.establishment_id,
                commune=line.commune,
                rank=rank,
            )
            for rank, line in enumerate(lines, start=1)
        ],
        batch_size=BATCH,
    )


@ledger.action
def assign(
    *,
    campaign: Campaign,
    adviser: Person,
    by: Actor,
    communes: Sequence[str] = (),
    street: str = "",
) -> int:
    """Give an adviser the firms of some communes, or of a street, that nobody has yet.

    Raises:
        NotAllowed: another organisation runs it.
        Invalid: this person goes and sees no firm for the organisation.
    """
    found = locked_campaign(campaign, by)
    check_team(by, [adviser.pk])
    lines = ListedFirm.objects.visible_to(by).filter(campaign=found, adviser=None)
    if communes:
        lines = lines.filter(commune__in=communes)
    if street.strip():
        lines = lines.filter(
            establishment__street__icontains=street.strip(), establishment__diffusion="O"
        )
    return lines.update(adviser=adviser)


def locked_campaign(campaign: Campaign, by: Actor) -> Campaign:
    """A campaign to be changed by who runs it, held until the end of the transaction.

    Raises:
        NotAllowed: another organisation runs it.
    """
    rows = Campaign.objects.owned_by(by).select_for_update(of=("self",))
    found = rows.filter(pk=campaign.pk).first()
    if found is None or not permissions.can_run_campaign(by, found):
        raise NotAllowed(_("Officers and service managers of its organisation run a campaign."))
    return found
