"""Reporting a visit or a call, setting it right, cancelling it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger import themes as known_themes
from maillage.needs.tree.taking import taken_on
from maillage.outreach import permissions
from maillage.outreach.actions.acting import settle
from maillage.outreach.actions.answers import Heard, keep_signal
from maillage.outreach.models import Campaign, Visit
from maillage.outreach.vocabulary import Met, Mode, NoteLevel, Outcome, Reason
from maillage.register.models import Establishment

#: An earlier day is a slip of the keyboard: year 20, year 1920.
EARLIEST = date(2000, 1, 1)
LONGEST_MINUTES = 600


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What happened at the door or on the phone, apart from the notes."""

    mode: Mode
    outcome: Outcome
    occurred_on: date
    minutes: int | None = None
    met: Met | str = ""
    themes: tuple[str, ...] = ()
    may_transmit: bool = False

    @classmethod
    def of(cls, visit: Visit) -> VisitFacts:
        """The facts as recorded."""
        return cls(
            mode=Mode(visit.mode),
            outcome=Outcome(visit.outcome),
            occurred_on=visit.occurred_on,
            minutes=visit.minutes,
            met=visit.met,
            themes=tuple(visit.themes),
            may_transmit=visit.may_transmit,
        )

    def checked(self) -> VisitFacts:
        """The same facts, once they hold together.

        Raises:
            Invalid: a day to come or long gone, a duration that is none, an unknown theme, a visit
                done with nobody, a need heard from nobody.
        """
        self._check_day()
        if self.minutes is not None and not 1 <= self.minutes <= LONGEST_MINUTES:
            lasts = _("A visit lasts from 1 to %(longest)s minutes.")
            told = lasts % {"longest": LONGEST_MINUTES}
            raise Invalid(told, fields={"minutes": told})
        if self.outcome is Outcome.DONE and self.met == Met.NOBODY:
            nobody = _("Nobody was met: it was not done. Say “Nobody there”, or whom you met.")
            raise Invalid(nobody, fields={"met": nobody})
        taken = taken_on(self.themes, self.occurred_on)
        if self.themes and self.outcome is not Outcome.DONE:
            message = _("A need is heard from somebody: untick it, or say that the visit was done.")
            raise Invalid(message, fields={"themes": message})
        return replace(self, themes=taken)

    def _check_day(self) -> None:
        if self.occurred_on > clock.today():
            raise Invalid(
                _("This day is still to come."),
                fields={"occurred_on": _("Choose today or an earlier day.")},
            )
        if self.occurred_on < EARLIEST:
            raise Invalid(_("This day is long gone."), fields={"occurred_on": _("Check the year.")})

    def write_on(self, visit: Visit) -> None:
        """Put the facts on the record."""
        for name in self.__slots__:
            setattr(visit, name, getattr(self, name))
        visit.themes = list(self.themes)


def default_level(themes: tuple[str, ...]) -> NoteLevel:
    """A note on a firm in difficulty is confidential unless somebody says otherwise."""
    is_told = any(map(known_themes.is_sensitive, themes))
    return NoteLevel.CONFIDENTIAL if is_told else NoteLevel.PARTNERS


def report_visit(
    *,
    establishment: Establishment,
    facts: VisitFacts,
    by: Actor,
    campaign: Campaign | None = None,
    note: str = "",
    note_level: str = "",
    heard: Heard | None = None,
    once: str | None = None,
) -> Visit:
    """Report a visit or a call just made; sent twice under the same key, it is recorded once.

    Raises:
        NotAllowed: the actor does not go and see firms.
        Invalid: the facts do not hold together, the campaign does not take this visit, or no load of
            the register tells of the firm any more.
        Conflict: the key was used for something else.
    """
    if not permissions.can_report_visit(by):
        raise NotAllowed(_("Only advisers, officers and their managers report visits."))
    facts = facts.checked()
    heard = (heard or Heard()).checked(facts.outcome)
    _check_campaign(campaign, facts, by)
    _check_firm(establishment)
    visit = _drafted(establishment, facts, by, campaign, once)
    visit.write_note(note.strip(), note_level or default_level(facts.themes))
    heard.write_on(visit)
    if found := _sent_before(visit, heard):
        return found
    try:
        return _report(visit=visit, heard=heard, by=by)
    except IntegrityError:
        if found := _sent_before(visit, heard):  # the same form, sent twice at the same instant
            return found
        raise


def _check_firm(establishment: Establishment) -> None:
    """Rows of a load that is being prepared, or was undone, are no firms; nor is one matched since."""
    known = Establishment.objects.known().filter(reconciled_to=None)
    if not known.filter(pk=establishment.pk).exists():
        raise Invalid(
            _("The register does not know this firm."),
            remedy=_("Find it again by its name, its street or its SIRET."),
        )


def _check_campaign(campaign: Campaign | None, facts: VisitFacts, by: Actor) -> None:
    """A firm outside the frozen list is welcome: it counts as prospected, not in coverage (I04)."""
    if campaign is None:
        return
    if campaign.organisation_id != by.organisation_id:
        raise NotAllowed(_("This campaign is run by another organisation."))
    if campaign.frozen_at is None:
        raise Invalid(_("The list of this campaign is not frozen yet."))
    if not campaign.starts_on <= facts.occurred_on <= campaign.ends_on:
        message = _("This day is outside the days of the campaign.")
        raise Invalid(message, fields={"occurred_on": message})


def _drafted(
    establishment: Establishment,
    facts: VisitFacts,
    by: Actor,
    campaign: Campaign | None,
    once: str | None,
) -> Visit:
    visit = Visit(
        campaign=campaign,
        establishment=establishment,
        legal_unit_id=establishment.legal_unit_id,
        organisation=by.acting_for(),
        adviser=by.person,
        reported_at=clock.now(),
        once=once,
    )
    facts.write_on(visit)
    return visit


def _sent_before(visit: Visit, heard: Heard) -> Visit | None:
    if visit.once is None:
        return None
    everyones = Visit.objects.unscoped(reason="an idempotency key is unique over the instance")
    found = everyones.filter(once=visit.once).select_related("campaign").first()
    if found is None or (_same(found, visit) and (found.version > 1 or heard.is_of(found))):
        return found
    raise Conflict(
        _("This form was already sent with other answers."),
        remedy=_("Open the visit and correct it there."),
    )


def _same(found: Visit, sent: Visit) -> bool:
    """Whether a form sent again says what it said before; once corrected, only whose visit it is."""
    whose = ("organisation_id", "adviser_id", "establishment_id", "campaign_id")
    notes = ("note_public", "note_partners", "note_confidential")
    names = whose if found.version > 1 else whose + notes
    alike = all(getattr(found, name) == getattr(sent, name) for name in names)
    return alike and (found.version > 1 or VisitFacts.of(found) == VisitFacts.of(sent))


@ledger.action
def _report(*, visit: Visit, heard: Heard, by: Actor) -> Visit:
    visit.save(force_insert=True)
    keep_signal(visit, heard)
    settle(visit, by=by, reason_code="")
    return visit


@ledger.action
def correct_visit(
    *,
    visit: Visit,
    facts: VisitFacts,
    notes: Mapping[str, str],
    reason: str,
    version: int,
    by: Actor,
    heard: Heard | None = None,
) -> Visit:
    """Set a visit right: what was recorded is reversed with the reason, what holds is recorded anew.

    Without `heard`, what was answered stays as it was.

    Raises:
        NotAllowed: it is somebody else's visit.
        Invalid: the facts do not hold together, or the reason is none of ours.
        Conflict: somebody changed the visit meanwhile, or it is cancelled.
    """
    facts = facts.checked()
    _check_reason(reason)
    found = _locked(visit, by)
    if found.version != version:
        raise Conflict(
            _("Somebody changed this visit while you were writing."),
            remedy=_("Compare both texts, then save again."),
        )
    _check_campaign(found.campaign, facts, by)
    facts.write_on(found)
    for level, text in notes.items():
        found.write_note(text.strip(), level)
    found.follow_match()
    heard = (heard or Heard.of(found)).checked(facts.outcome)
    heard.write_on(found)
    found.version += 1
    found.save()
    keep_signal(found, heard)
    settle(found, by=by, reason_code=reason)
    return found


def _check_reason(reason: str) -> None:
    if reason not in Reason.values:
        message = _("Say why: choose one of the reasons.")
        raise Invalid(message, fields={"reason": message})


@ledger.action
def cancel_visit(*, visit: Visit, reason: str, by: Actor) -> Visit:
    """Say that a visit did not happen so: its acts are reversed, it stays in sight as cancelled.

    Raises:
        NotAllowed: it is somebody else's visit.
        Invalid: the reason is none of ours.
        Conflict: it is cancelled already.
    """
    _check_reason(reason)
    found = _locked(visit, by)
    found.cancelled_at = clock.now()
    found.cancelled_because = reason
    found.version += 1
    found.save()
    keep_signal(found, Heard())
    settle(found, by=by, reason_code=reason)
    return found


def _locked(visit: Visit, by: Actor) -> Visit:
    """The visit under lock, as it stands now, for somebody who may change it."""
    rows = Visit.objects.owned_by(by).select_for_update(of=("self",))
    found = rows.filter(pk=visit.pk).first()
    if found is not None and found.cancelled_at is not None:
        raise Conflict(_("This visit is cancelled already."))
    if found is None or not permissions.can_correct_visit(by, found):
        raise NotAllowed(_("Only who made the visit, or the service manager, changes it."))
    return found
