"""What happens to actions and to conventions: dated facts with their acts, corrected by reversal."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.conventions.acts import (
    ACTION_TURNS,
    CONVENTION_TURNS,
    NEED_A_REASON,
    TURNS,
)
from maillage.conventions.models import Action, Convention, Turn
from maillage.conventions.permissions import can_turn_convention
from maillage.conventions.vocabulary import CORRECTIONS, REASONS
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed


@ledger.action
def turn_action(
    *,
    convention: Convention,
    action_key: str,
    kind: str,
    on: date,
    by: Actor,
    once: UUID,
    reason_code: str = "",
    note: str = "",
) -> Turn:
    """An action of a signed text started, was completed, paused, blocked or abandoned on a day.

    Raises:
        NotAllowed: the actor's organisation is no party.
        Invalid: no signed text knows the action, or the reason is missing.
    """
    _require(kind in {k.name for k in ACTION_TURNS}, "kind", _("Say what happened."))
    signed = Action.objects.filter(
        version__convention=convention, version__recorded_at__isnull=False, key=action_key
    )
    _require(signed.exists(), "action_key", _("No signed text of this convention has this action."))
    if kind in NEED_A_REASON:
        _require(reason_code in REASONS, "reason_code", _("Say why."))
    return _turn(convention, action_key, kind, on, by, once, reason_code, note)


@ledger.action
def turn_convention(
    *, convention: Convention, kind: str, on: date, by: Actor, once: UUID, note: str = ""
) -> Turn:
    """The convention was suspended, resumed, terminated, settled, archived… on a day.

    Raises:
        NotAllowed: the actor's organisation is no party.
        Invalid: this does not happen to a convention.
    """
    _require(kind in {k.name for k in CONVENTION_TURNS}, "kind", _("Say what happened."))
    return _turn(convention, "", kind, on, by, once, "", note)


@ledger.action
def cancel_turn(*, turn: Turn, reason_code: str, by: Actor) -> None:
    """Withdraw what was said of an action or a convention; the timeline keeps both.

    Raises:
        NotAllowed: another organisation said it.
        Conflict: it is already withdrawn.
        Invalid: no reason is given.
    """
    _require(reason_code in CORRECTIONS, "reason_code", _("Say why."))
    turn = (
        Turn.objects.unscoped(reason="the record is locked again")
        .select_for_update()
        .get(pk=turn.pk)
    )
    if not by.is_system and turn.organisation_id != by.organisation_id:
        raise NotAllowed(_("Only the organisation that said it can withdraw it."))
    if turn.cancelled_at is not None:
        raise Conflict(_("This is already withdrawn."))
    act = ledger.Act.objects.unscoped(reason="the act of a record in hand").get(key=turn.act_key)
    ledger.reverse(act, by=by, reason_code=reason_code)
    turn.cancelled_at, turn.cancel_reason = clock.now(), reason_code
    turn.save(update_fields=["cancelled_at", "cancel_reason"])


def _turn(
    convention: Convention,
    action_key: str,
    kind: str,
    on: date,
    by: Actor,
    once: UUID,
    reason_code: str,
    note: str,
) -> Turn:
    if not can_turn_convention(by, convention):
        raise NotAllowed(_("Only the parties of a convention say what happens to it."))
    said = Turn.objects.unscoped(reason="a second sending is harmless").filter(once=once).first()
    if said is not None:
        return _same(said, (convention.pk, action_key, kind, on))
    turn = Turn(
        convention=convention,
        action_key=action_key,
        kind=kind,
        on=on,
        reason_code=reason_code,
        note=note,
        organisation=by.organisation or convention.keeper,
        once=once,
    )
    act = ledger.record(
        TURNS[kind],
        by=by,
        keeper=by.organisation or convention.keeper,
        occurred_on=on,
        source=("conventions.turn", turn.key),
        action_key=action_key,
        scheme=convention.scheme,
        once=f"conventions.turn:{once}",
    )
    turn.act_key = act.key
    turn.save()
    return turn


def _same(said: Turn, content: tuple[int, str, str, date]) -> Turn:
    if (said.convention_id, said.action_key, said.kind, said.on) != content:
        raise Conflict(_("This form was already sent with another content."))
    return said


def _require(condition: bool, field: str, message: object) -> None:
    if not condition:
        raise Invalid(message, fields={field: message})
