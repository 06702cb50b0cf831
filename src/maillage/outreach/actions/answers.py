"""What was answered at the door: taken by the version of the grid that asked it, the confidential part apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.kernel.errors import Invalid, NotAllowed
from maillage.outreach import permissions
from maillage.outreach.models import Guide, Signal, SignalObjection, Visit
from maillage.outreach.models.distress import MACHINE, SignalQuerySet, objects_to_signals
from maillage.outreach.vocabulary import Outcome
from maillage.register.models import LegalUnit


@dataclass(frozen=True, slots=True)
class Heard:
    """Answers by question, and the grid that asked them; a question that is not here was not asked."""

    grid: Guide | None = None
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, visit: Visit) -> Heard:
        """The answers as recorded, those told in confidence too."""
        signal = signal_of(visit)
        return cls(visit.grid, {**visit.answers, **(signal.answers if signal else {})})

    def checked(self, outcome: Outcome) -> Heard:
        """The same, once the grid knows every answer and somebody gave them.

        Raises:
            Invalid: an answer that the grid does not take, or heard from nobody.
        """
        given = {code: sorted(set(said)) for code, said in self.answers.items() if said}
        if not given:
            return Heard(self.grid, {})
        if self.grid is None or self.grid.is_draft:
            raise Invalid(_("These questions are not known here. Open the form again."))
        if outcome is not Outcome.DONE:
            message = _("Answers are heard from somebody: leave them out, or say that it was done.")
            raise Invalid(message, fields={"outcome": message})
        known = self.grid.grid.questions
        for code, said in given.items():
            question = known.get(code)
            if question is None or not question.codes.issuperset(said):
                raise Invalid(_("Unknown answer: %(code)s") % {"code": code})
            if len(said) > 1 and not question.many:
                raise Invalid(_("One answer is expected: %(ask)s") % {"ask": question.ask})
        return Heard(self.grid, given)

    @property
    def in_confidence(self) -> dict[str, list[str]]:
        """What stays within the organisation, and goes after a year."""
        apart = self.grid.grid.confidential if self.grid else {}
        return {code: list(said) for code, said in self.answers.items() if code in apart}

    def write_on(self, visit: Visit) -> None:
        """Put what is not confidential on the record of the visit."""
        apart = self.in_confidence
        visit.grid = self.grid
        visit.answers = {code: list(s) for code, s in self.answers.items() if code not in apart}

    def is_of(self, visit: Visit) -> bool:
        """Whether a visit recorded before says the same; what has gone since is not missed."""
        apart = self.in_confidence
        signal = signal_of(visit)
        plain = {code: list(said) for code, said in self.answers.items() if code not in apart}
        same_grid = not self.answers or visit.grid_id == (self.grid.pk if self.grid else None)
        return same_grid and visit.answers == plain and (signal is None or signal.answers == apart)


def signal_of(visit: Visit) -> Signal | None:
    """What was told in confidence at a visit, as long as it is kept."""
    return _noted(visit).kept().select_related("table").first()


def _noted(visit: Visit) -> SignalQuerySet:
    return Signal.objects.visible_to(MACHINE).filter(visit_id=visit.pk)


def keep_signal(visit: Visit, heard: Heard) -> None:
    """What was told in confidence, with the table in use; nothing of a firm that objects, or once it is cancelled.

    A visit set right keeps the table by which it was first weighed. No act tells of it: the chain cannot forget.
    """
    apart = {} if visit.cancelled_at else heard.in_confidence
    if not apart or objects_to_signals(visit.legal_unit_id, visit.organisation_id):
        _noted(visit).delete()
    elif (before := _noted(visit).first()) is not None:
        before.answers, before.occurred_on = apart, visit.occurred_on
        before.save(update_fields=["answers", "occurred_on"])
    else:
        own = Guide.objects.visible_to(MACHINE).filter(organisation=visit.organisation_id)
        table = own.in_use(Guide.Kind.POINTS)
        Signal.objects.create(
            visit=visit, table=table, answers=apart, occurred_on=visit.occurred_on
        )


@ledger.action
def object_to_signals(*, unit: LegalUnit, by: Actor) -> SignalObjection:
    """A firm wants nothing noted of its difficulties: what was noted goes at once, nothing more is kept.

    Raises:
        NotAllowed: the actor does not go and see firms.
    """
    _check(by)
    return _object(unit, by)


def _object(unit: LegalUnit, by: Actor) -> SignalObjection:
    found, _made = SignalObjection.objects.visible_to(by).get_or_create(
        legal_unit=unit, until=None, defaults={"organisation": by.acting_for()}
    )
    noted = Signal.objects.visible_to(MACHINE).filter(visit__legal_unit=unit)
    noted.filter(visit__organisation_id=by.organisation_id).delete()
    return found


def carry_objection(before: LegalUnit, unit: LegalUnit, by: Actor) -> None:
    """What a firm added by hand objected to holds for the firm of the register that it turns out to be."""
    told = SignalObjection.objects.visible_to(by).filter(legal_unit=before, until=None)
    if told.update(until=clock.now()):
        _object(unit, by)


@ledger.action
def lift_objection(*, objection: SignalObjection, by: Actor) -> None:
    """The firm takes its objection back; what was forgotten stays forgotten.

    Raises:
        NotAllowed: the actor does not go and see firms, or it was told to others.
    """
    _check(by)
    own = SignalObjection.objects.visible_to(by).filter(pk=objection.pk)
    if not own.exists():
        raise NotAllowed(_("This objection was told to another organisation."))
    own.filter(until=None).update(until=clock.now())


def _check(by: Actor) -> None:
    if not permissions.can_read_signals(by):
        raise NotAllowed(_("Only advisers and their managers note what firms say of themselves."))
