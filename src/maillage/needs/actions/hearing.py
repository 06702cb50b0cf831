"""A need is heard: written down once, whatever the conversation, the form or the file it was born of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger import themes
from maillage.ledger.models import Act
from maillage.needs.actions.agreeing import note_agreement
from maillage.needs.actions.closing import locked, locked_standing, referrals_of, withdraw
from maillage.needs.acts import EXPRESSED, SOURCE_NEED
from maillage.needs.models import Need
from maillage.needs.models.needs import MACHINE, NeedQuerySet
from maillage.needs.permissions import can_hear_need, can_send_need
from maillage.needs.saying import say_of
from maillage.needs.vocabulary import How, Origin, Urgency, Withdrawal
from maillage.register.models import Establishment

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a firm asks for, in its words, how soon, and whom to ask for."""

    theme: str
    expressed_on: date
    urgency: str = Urgency.ORDINARY
    words: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    language: str = "fr"

    def checked(self) -> Asked:
        """The same once it holds together, under the theme that stands for its own on that day.

        Raises:
            Invalid: a theme that is unknown or no longer offered, an unknown urgency, a day to come.
        """
        theme = themes.taken(self.theme, self.expressed_on)
        if theme is None:
            message = _("Choose what the firm asks for.")
            raise Invalid(message, fields={"theme": message})
        if self.urgency not in Urgency.values:
            message = _("Choose how soon the firm needs an answer.")
            raise Invalid(message, fields={"urgency": message})
        if self.expressed_on > clock.today():
            raise Invalid(
                _("This day is still to come."),
                fields={"expressed_on": _("Choose today or an earlier day.")},
            )
        return replace(self, theme=theme)


@dataclass(frozen=True, slots=True)
class Birth:
    """Where a need was heard: at what, in which record, within which campaign, charged to which action."""

    origin: Origin
    model: str = ""
    key: str = ""
    scheme: str = ""
    action_key: str = ""
    heard_by: Person | None = None


def hear_need(
    *,
    establishment: Establishment,
    asked: Asked,
    birth: Birth,
    by: Actor,
    agreed: How | None = None,
    once: str | None = None,
) -> Need:
    """Write down what a firm asks for; sent twice under the same key, it is written once.

    `agreed` says how the firm agreed to be put in touch with whichever partner answers, if it did.

    Raises:
        NotAllowed: the actor hears no firm.
        Invalid: what is asked does not hold together, or no load of the register tells of the firm.
        Conflict: the key was used for something else.
    """
    if not can_hear_need(by):
        raise NotAllowed(_("Only who works with firms writes down what they ask for."))
    asked = asked.checked()
    known = Establishment.objects.known().filter(reconciled_to=None)
    if not known.filter(pk=establishment.pk).exists():
        raise Invalid(
            _("The register does not know this firm."),
            remedy=_("Find it again by its name, its street or its SIRET."),
        )
    need = _drafted(establishment, asked, birth, by, once)
    if found := _heard_before(need):
        return found
    try:
        return _hear(need=need, agreed=agreed, by=by)
    except IntegrityError:
        if found := _heard_before(need):  # the same form, sent twice at the same instant
            return found
        raise


def _drafted(
    establishment: Establishment, asked: Asked, birth: Birth, by: Actor, once: str | None
) -> Need:
    return Need(
        organisation=by.acting_for(),
        establishment=establishment,
        legal_unit_id=establishment.legal_unit_id,
        theme=asked.theme,
        expressed_on=asked.expressed_on,
        urgency=asked.urgency,
        words=asked.words.strip()[:LONGEST],
        contact_name=asked.contact_name.strip(),
        contact_phone=asked.contact_phone.strip(),
        contact_email=asked.contact_email.strip(),
        language=asked.language,
        origin=birth.origin,
        source_model=birth.model,
        source_key=birth.key,
        scheme=birth.scheme,
        action_key=birth.action_key,
        heard_by=birth.heard_by or by.person,
        heard_at=clock.now(),
        once=once,
    )


def _heard_before(need: Need) -> Need | None:
    if need.once is None:
        return None
    everyones = Need.objects.visible_to(MACHINE)
    found = everyones.filter(once=need.once).first()
    same = ("organisation_id", "establishment_id", "theme", "origin", "words", "contact_email")
    if found is None or all(getattr(found, name) == getattr(need, name) for name in same):
        return found
    raise Conflict(
        _("This form was already sent with other answers."),
        remedy=_("Open the need and correct it there."),
    )


@ledger.action
def _hear(*, need: Need, agreed: How | None, by: Actor) -> Need:
    need.save(force_insert=True)
    say_of(
        EXPRESSED[Origin(need.origin)],
        need,
        by,
        occurred_on=need.expressed_on,
        person=need.heard_by,
    )
    if agreed is not None:
        note_agreement(need, None, agreed)
    return need


@ledger.action
def withdraw_need(*, need: Need, reason: str, by: Actor) -> Need:
    """Say that a need was never expressed: its acts are reversed, what was sent is taken back.

    Raises:
        NotAllowed: another organisation heard it.
        Conflict: it is withdrawn already.
    """
    if not can_send_need(by, need):
        raise NotAllowed(_("Only the organisation that heard a need withdraws it."))
    found = locked_standing(need)
    for referral in referrals_of(found).live().select_for_update(of=("self",)):
        withdraw(referral, found, Withdrawal.MISTAKE, by)
    found.withdrawn_at, found.withdrawn_because = clock.now(), reason
    found.version += 1
    found.save(update_fields=["withdrawn_at", "withdrawn_because", "version"])
    _reverse(found, None, reason, by)
    return found


def _reverse(need: Need, kinds: list[str] | None, reason: str, by: Actor) -> None:
    """Reverse the standing acts of a need (of these kinds)."""
    acts = Act.objects.visible_to(MACHINE).of_source(SOURCE_NEED, need.key).effective()
    if kinds is not None:
        acts = acts.filter(kind__in=kinds)
    ledger.reverse_all(acts.order_by("id").values_list("key", flat=True), by=by, reason_code=reason)


@ledger.action
def settle_heard(
    *,
    establishment: Establishment,
    wanted: Iterable[Asked],
    birth: Birth,
    by: Actor,
    agreed: bool,
    reason: str,
) -> None:
    """Make the needs of a record (a visit) those it now tells of: withdraw what no longer holds, hear what is missing.

    One whose theme stays keeps its referrals, whatever its day, its firm or its campaign has become.
    """
    missing = {asked.theme: asked for asked in wanted}
    for need in _standing(birth):
        asked = missing.pop(need.theme, None)
        if asked is None:
            withdraw_need(need=need, reason=reason, by=by)
        else:
            _move(need, asked.expressed_on, establishment, birth, reason, by)
            _agree_as_told(need, agreed)
    how = How.TOLD if agreed else None
    for asked in missing.values():
        hear_need(establishment=establishment, asked=asked, birth=birth, by=by, agreed=how)


@ledger.action
def follow_match(
    *, establishment: Establishment, real: Establishment, by: Actor, reason: str
) -> int:
    """Move the needs that one's organisation heard of a firm added by hand to the firm it was matched with."""
    own = Need.objects.owned_by(by).standing().filter(establishment=establishment)
    moved = list(own.select_related("organisation", "heard_by").order_by("pk"))
    for need in moved:
        kept = Birth(
            Origin(need.origin),
            scheme=need.scheme,
            action_key=need.action_key,
            heard_by=need.heard_by,
        )
        _move(need, need.expressed_on, real, kept, reason, by)
    return len(moved)


def _move(
    need: Need, day: date, establishment: Establishment, birth: Birth, reason: str, by: Actor
) -> None:
    """Set a need right without an edit of its act: reversed, and said anew; what was sent of it stays where it is."""
    told = (day, establishment.pk, birth.scheme, birth.action_key)
    if told == (need.expressed_on, need.establishment_id, need.scheme, need.action_key):
        return
    found = locked(need)
    _reverse(found, [kind.name for kind in EXPRESSED.values()], reason, by)
    found.expressed_on, found.scheme, found.action_key = day, birth.scheme, birth.action_key
    found.establishment, found.legal_unit_id = establishment, establishment.legal_unit_id
    found.version += 1
    found.save()
    say_of(EXPRESSED[Origin(found.origin)], found, by, occurred_on=day, person=birth.heard_by)


def _standing(birth: Birth) -> NeedQuerySet:
    everyones = Need.objects.visible_to(MACHINE)
    born = everyones.heard_in(birth.model, birth.key).standing()
    return born.select_related("organisation").order_by("id")


def _agree_as_told(need: Need, agreed: bool) -> None:
    """What was said at the door of being sent on is noted once; to take it back is said of the need itself."""
    if agreed and not need.agreements.filter(partner=None).exists():
        note_agreement(need, None, How.TOLD)
