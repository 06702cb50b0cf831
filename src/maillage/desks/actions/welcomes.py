"""Welcoming somebody at a desk, setting it right, cancelling it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.desks.actions import sessions
from maillage.desks.actions.acting import settle_welcome
from maillage.desks.actions.projects import Leader, locked as locked_project, meet_leader
from maillage.desks.models import Project, Session, Welcome
from maillage.desks.models.places import MACHINE
from maillage.desks.permissions import can_correct_welcome, can_use_session
from maillage.desks.vocabulary import CANCELLING, CORRECTING, Purpose, Reason
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.needs.tree.taking import taken_on
from maillage.register.models import Establishment

LONGEST_MINUTES = 600


@dataclass(frozen=True, slots=True)
class Facts:
    """What somebody came for, for how long, and what they asked."""

    purpose: str
    minutes: int | None = None
    themes: tuple[str, ...] = ()
    may_transmit: bool = False

    @classmethod
    def of(cls, welcome: Welcome) -> Facts:
        """The facts as recorded."""
        return cls(welcome.purpose, welcome.minutes, tuple(welcome.themes), welcome.may_transmit)

    def checked(self, day: date) -> Facts:
        """The same facts of a day, once they hold together.

        Raises:
            Invalid: an unknown purpose or need, a duration that is none.
        """
        if self.purpose not in Purpose.values:
            message = _("Choose what they came for.")
            raise Invalid(message, fields={"purpose": message})
        if self.minutes is not None and not 1 <= self.minutes <= LONGEST_MINUTES:
            message = _("A welcome lasts from 1 to %(longest)s minutes.")
            told = message % {"longest": LONGEST_MINUTES}
            raise Invalid(told, fields={"minutes": told})
        return replace(self, themes=taken_on(self.themes, day))

    def write_on(self, welcome: Welcome) -> None:
        """Put the facts on the record."""
        for name in self.__slots__:
            setattr(welcome, name, getattr(self, name))
        welcome.themes = list(self.themes)


def welcome_firm(
    *,
    session: Session,
    establishment: Establishment,
    facts: Facts,
    by: Actor,
    once: str | None = None,
) -> Welcome:
    """Record that a firm was welcomed; the session is thereby held. Sent twice under a key, it is recorded once.

    Raises:
        NotAllowed: another organisation's session.
        Invalid: the facts do not hold together, the day is to come, or the register does not know the firm.
        Conflict: the session is cancelled, or the key was used for something else.
    """
    known = Establishment.objects.known().filter(reconciled_to=None)
    if not known.filter(pk=establishment.pk).exists():
        raise Invalid(
            _("The register does not know this firm."),
            remedy=_("Find it again by its name, its street or its SIRET."),
        )
    return _welcome(session, facts, by, once, establishment=establishment)


@transaction.atomic
def welcome_leader(
    *,
    session: Session,
    facts: Facts,
    by: Actor,
    project: Project | None = None,
    leader: Leader | None = None,
    once: str | None = None,
) -> Welcome:
    """Record that somebody with a project was welcomed: known already (`project`), or met now (`leader`).

    Raises:
        NotAllowed: another organisation's session or project.
        Invalid: the facts do not hold together, or needs are ticked: needs are those of firms.
        Conflict: the session is cancelled, or the key was used for something else.
    """
    if facts.themes:
        raise Invalid(_("A project has no needs yet: they are those of the firm to come."))
    if project is None:
        told = leader or Leader()
        project = meet_leader(leader=told, on=session.day, by=by, once=once and f"{once}-leader")
    return _welcome(session, facts, by, once, project=locked_project(project, by))


def _welcome(session: Session, facts: Facts, by: Actor, once: str | None, **who: Any) -> Welcome:
    facts = facts.checked(session.day)
    welcome = Welcome(session=session, adviser=by.person, reported_at=clock.now(), once=once, **who)
    facts.write_on(welcome)
    if found := _sent_before(welcome):
        return found
    try:
        return _record(welcome=welcome, by=by)
    except IntegrityError:
        if found := _sent_before(welcome):  # the same form, sent twice at the same instant
            return found
        raise


@ledger.action
def _record(*, welcome: Welcome, by: Actor) -> Welcome:
    session = sessions.locked(welcome.session, by)
    if session.day > clock.today():
        raise Invalid(_("This session is still to come."), remedy=_("Wait for its day."))
    if session.held_at is None:
        sessions.mark_held(session, by)
    welcome.session = session
    welcome.save(force_insert=True)
    if (project := welcome.project) is not None and project.last_met_on < session.day:
        project.last_met_on = session.day
        project.save(update_fields=["last_met_on"])
    # What the register tells of a firm may have changed an act of the project since it was settled.
    settle_welcome(welcome, by=by, reason=Reason.LEARNED)
    return welcome


def _sent_before(welcome: Welcome) -> Welcome | None:
    if not welcome.once:
        return None
    every = Welcome.objects.visible_to(MACHINE).select_related("session__place", "project")
    found = every.filter(once=welcome.once).first()
    if found is None:
        return None
    names = ("session_id", "adviser_id", "establishment_id", "project_id")
    alike = all(getattr(found, name) == getattr(welcome, name) for name in names)
    if alike and (found.version > 1 or Facts.of(found) == Facts.of(welcome)):
        return found
    raise Conflict(
        _("This form was already sent with other answers."),
        remedy=_("Open the welcome and correct it there."),
    )


@ledger.action
def correct_welcome(
    *, welcome: Welcome, facts: Facts, reason: str, version: int, by: Actor
) -> Welcome:
    """Set a welcome right: acts that no longer hold are reversed with the reason, those that hold are recorded.

    Raises:
        NotAllowed: it is somebody else's.
        Invalid: the facts do not hold together, or the reason is none of ours.
        Conflict: somebody changed it meanwhile, or it is cancelled.
    """
    facts = facts.checked(welcome.session.day)
    _check(reason, CORRECTING)
    found = _locked(welcome, by)
    if found.version != version:
        raise Conflict(
            _("Somebody changed this welcome while you were writing."),
            remedy=_("Compare both texts, then save again."),
        )
    if facts.themes and found.project_id is not None:
        raise Invalid(_("A project has no needs yet: they are those of the firm to come."))
    facts.write_on(found)
    found.version += 1
    found.save()
    settle_welcome(found, by=by, reason=reason)
    return found


@ledger.action
def cancel_welcome(*, welcome: Welcome, reason: str, by: Actor) -> Welcome:
    """Say that somebody was not welcomed so: acts and needs are reversed; it stays in sight as cancelled.

    Raises:
        NotAllowed: it is somebody else's.
        Invalid: the reason is none of ours.
        Conflict: it is cancelled already.
    """
    _check(reason, CANCELLING)
    found = _locked(welcome, by)
    found.cancelled_at, found.cancelled_because = clock.now(), reason
    found.version += 1
    found.save()
    settle_welcome(found, by=by, reason=reason)
    return found


@ledger.action
def follow_match(*, welcome: Welcome, by: Actor) -> Welcome:
    """A firm added by hand was matched with the register since: the welcome is that of the register's firm.

    Raises:
        NotAllowed: it is another organisation's.
        Conflict: nobody matched the firm, or the welcome is cancelled.
    """
    found = _own(welcome, by)
    real = found.establishment.reconciled_to if found.establishment else None
    if real is None:
        raise Conflict(_("Nobody matched this firm with the register yet."))
    found.establishment = real
    found.version += 1
    found.save()
    settle_welcome(found, by=by, reason=Reason.LEARNED.value)
    return found


def _check(reason: str, known: tuple[Reason, ...]) -> None:
    if reason not in known:
        message = _("Say why: choose one of the reasons.")
        raise Invalid(message, fields={"reason": message})


def _locked(welcome: Welcome, by: Actor) -> Welcome:
    """The welcome under lock, as it stands now, for somebody who may change what it says."""
    found = _own(welcome, by)
    if not can_correct_welcome(by, found):
        raise NotAllowed(_("Only who welcomed, or the service manager, changes it."))
    return found


def _own(welcome: Welcome, by: Actor) -> Welcome:
    """The same for anybody who holds desks for the organisation."""
    rows = Welcome.objects.owned_by(by).select_for_update(of=("self",))
    found = rows.select_related(
        "session__place", "session__holder", "adviser", "project", "establishment__legal_unit"
    )
    own = found.filter(pk=welcome.pk).first()
    if own is None or not can_use_session(by, own.session):
        raise NotAllowed(_("Only who welcomed, or the service manager, changes it."))
    if own.cancelled_at is not None:
        raise Conflict(_("This welcome is cancelled already."))
    return own
