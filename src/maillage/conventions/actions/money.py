"""Money committed and paid, charged to actions: entered, corrected by replacement, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.conventions.acts import COMMITMENT_MADE, PAYMENT_MADE
from maillage.conventions.models import Action, Charge, Convention, Entry
from maillage.conventions.permissions import can_correct_entry, can_enter_money
from maillage.conventions.vocabulary import CORRECTIONS
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed

KINDS = {Entry.Kind.COMMITMENT: COMMITMENT_MADE, Entry.Kind.PAYMENT: PAYMENT_MADE}


@dataclass(frozen=True, slots=True)
class Money:
    """What an officer enters: how much, when, from whom, to whom, charged to which actions.

    `charges` are cents by action key; what they leave of the amount is charged to nothing.
    """

    kind: str
    label: str
    on: date
    amount_cents: int
    funder: Organisation
    payee: Organisation | None = None
    convention: Convention | None = None
    reference: str = ""
    charges: Mapping[str, int] = field(default_factory=dict)

    def split(self) -> dict[str, int]:
        """The charges with the rest under no action; they sum to the amount."""
        lines = {key: cents for key, cents in self.charges.items() if key and cents}
        rest = self.amount_cents - sum(lines.values())
        return {**lines, "": rest} if rest else lines


@ledger.action
def enter(*, money: Money, by: Actor, once: UUID) -> Entry:
    """Enter a commitment or a payment: one act per action charged, of one source.

    Raises:
        NotAllowed: the actor does not enter money for this convention.
        Invalid: the charges exceed the amount, or an action is unknown.
        Conflict: the same form was sent with another content.
    """
    if not can_enter_money(by, money.convention):
        raise NotAllowed(_("Money is entered by the officers of the parties."))
    sent = Entry.objects.unscoped(reason="a second sending is harmless").filter(once=once).first()
    if sent is not None:
        return _same(sent, money)
    return _write(money, by, once)


@ledger.action
def correct(*, entry: Entry, money: Money, reason_code: str, by: Actor, once: UUID) -> Entry:
    """Replace an entry: its acts are reversed, new ones are recorded, both stay in the timeline.

    Raises:
        NotAllowed: another organisation entered it, or it would move to a convention of others.
        Conflict: it was already cancelled or corrected.
        Invalid: the reason or the new charges cannot be taken.
    """
    sent = Entry.objects.unscoped(reason="a second sending is harmless").filter(once=once).first()
    if sent is not None and sent.replaces_id == entry.pk:
        return _same(sent, money)
    if money.convention != entry.convention and not can_enter_money(by, money.convention):
        raise NotAllowed(_("Money is entered by the officers of the parties."))
    cancel(entry=entry, reason_code=reason_code, by=by)
    return _write(money, by, once, replaces=entry)


@ledger.action
def cancel(*, entry: Entry, reason_code: str, by: Actor) -> None:
    """Cancel an entry with a reason: each of its acts is reversed.

    Raises:
        NotAllowed: another organisation entered it.
        Conflict: it was already cancelled or corrected.
        Invalid: no reason is given.
    """
    if not can_correct_entry(by, entry):
        raise NotAllowed(_("Only the organisation that entered it can correct it."))
    if reason_code not in CORRECTIONS:
        raise Invalid(_("Say why."), fields={"reason_code": _("Say why.")})
    locked = Entry.objects.unscoped(reason="the record is locked again").select_for_update()
    held = locked.get(pk=entry.pk)
    if held.cancelled_at is not None:
        raise Conflict(
            _("This entry was already cancelled or corrected."), remedy=_("Open the last one.")
        )
    keys = [charge.act_key for charge in held.charges.all()]
    for act in ledger.Act.objects.unscoped(reason="acts of a record in hand").filter(key__in=keys):
        ledger.reverse(act, by=by, reason_code=reason_code)
    held.cancelled_at, held.cancel_reason = clock.now(), reason_code
    held.save(update_fields=["cancelled_at", "cancel_reason"])


def charged_again(entry: Entry, charges: Mapping[str, int]) -> Money:
    """The same money with other charges: what a correction of the charges enters."""
    return replace(money_of(entry), charges=charges)


def money_of(entry: Entry) -> Money:
    """What was entered, to be corrected."""
    return Money(
        kind=entry.kind,
        label=entry.label,
        on=entry.on,
        amount_cents=entry.amount_cents,
        funder=entry.funder,
        payee=entry.payee,
        convention=entry.convention,
        reference=entry.reference,
        charges={c.action_key: c.amount_cents for c in entry.charges.all() if c.action_key},
    )


def _write(money: Money, by: Actor, once: UUID, replaces: Entry | None = None) -> Entry:
    _check(money)
    owner = by.organisation or money.funder
    entry = Entry.objects.create(
        kind=money.kind,
        convention=money.convention,
        owner=owner,
        label=money.label,
        reference=money.reference,
        on=money.on,
        funder=money.funder,
        payee=money.payee,
        amount_cents=money.amount_cents,
        once=once,
        recorded_at=clock.now(),
        replaces=replaces,
    )
    charges = []
    for rank, (action_key, cents) in enumerate(money.split().items()):
        act = ledger.record(
            KINDS[Entry.Kind(money.kind)],
            by=by,
            keeper=owner,
            occurred_on=money.on,
            source=("conventions.entry", entry.key),
            counterpart=money.funder,
            scheme=money.convention.scheme if money.convention else "",
            action_key=action_key,
            amount_cents=cents,
            once=f"conventions.entry:{once}:{rank}",
        )
        charges.append(
            Charge(entry=entry, action_key=action_key, amount_cents=cents, act_key=act.key)
        )
    Charge.objects.bulk_create(charges)
    return entry


def _check(money: Money) -> None:
    if money.kind not in Entry.Kind.values:
        raise Invalid(_("Say whether it is a commitment or a payment."))
    if money.amount_cents <= 0 or any(cents < 0 for cents in money.charges.values()):
        message = _("An amount is above zero.")
        raise Invalid(message, fields={"amount": message})
    if sum(money.charges.values()) > money.amount_cents:
        message = _("The parts charged to actions exceed the amount.")
        raise Invalid(message, remedy=_("Correct the parts."), fields={"charges": message})
    wanted = {key for key, cents in money.charges.items() if key and cents}
    known = Action.objects.filter(
        version__convention=money.convention, version__recorded_at__isnull=False, key__in=wanted
    )
    missing = wanted - set(known.values_list("key", flat=True))
    if missing:
        told = _("No signed text of this convention has the action %(keys)s.") % {
            "keys": ", ".join(sorted(missing))
        }
        raise Invalid(told, fields={"charges": told})


def _same(sent: Entry, money: Money) -> Entry:
    """The entry already made by this sending, when it says the same."""
    if (
        replace(money_of(sent), charges={}) != replace(money, charges={})
        or dict(sent.charges.values_list("action_key", "amount_cents")) != money.split()
    ):
        raise Conflict(_("This form was already sent with another content."))
    return sent
