"""What was said or proposed in a workshop: written down, taken back, made a need of the firm that said it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.events.actions.acting import settle_contributions
from maillage.events.actions.events import note_held
from maillage.events.actions.once import sent_before
from maillage.events.actions.raising import hear_at
from maillage.events.actions.seating import held_to_run
from maillage.events.acts import SOURCE_CONTRIBUTION
from maillage.events.models import Contribution, Event, Registration, Workshop
from maillage.events.models.events import MACHINE
from maillage.events.vocabulary import Ended, Said
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.ledger import themes
from maillage.needs.actions import Asked
from maillage.needs.models import Need

LONGEST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is contributed: what it is, about which theme, in which words; said by somebody of the list, or by all."""

    said: str
    theme: str
    words: str
    line: Registration | None = None

    def check(self, event: Event) -> str:
        """The theme under which it stands on the day of the event.

        Raises:
            Invalid: nothing is written, an unknown sort or theme, somebody of another list or who left it.
        """
        theme = themes.taken(self.theme, event.day)
        line = self.line
        on_list = line is None or (line.event_id == event.pk and line.ended_at is None)
        holds: dict[str, tuple[bool, object]] = {
            "words": (bool(self.words.strip()), _("Write down what was said.")),
            "said": (self.said in Said.values, _("Choose what it is.")),
            "theme": (theme is not None, _("Choose what it is about.")),
            "line": (on_list, _("They are not on the list of this event.")),
        }
        if wrong := {name: why for name, (is_so, why) in holds.items() if not is_so}:
            raise Invalid(_("The contribution does not hold together."), fields=wrong)
        return theme or ""


@ledger.action
def note_contribution(
    *, workshop: Workshop, told: Remark, by: Actor, once: str | None = None
) -> Contribution:
    """Write down what was said or proposed in a workshop, on the day of its event; sent twice, written once.

    Raises:
        NotAllowed: it is another organisation's.
        Invalid: the day of the event is still to come, or what is said does not hold together.
        Conflict: the workshop or the event is cancelled, or the key was used for something else.
    """
    event = held_to_run(workshop.event, by)
    standing = Workshop.objects.visible_to(MACHINE).get(pk=workshop.pk)
    if standing.cancelled_at is not None:
        raise Conflict(_("This workshop is cancelled already."))
    made = Contribution(
        workshop=standing,
        line=told.line,
        said=told.said,
        theme=told.check(event),
        words=told.words.strip()[:LONGEST],
        made_at=clock.now(),
        made_by=by.person,
        once=once,
    )
    if sent := sent_before(made, "workshop_id", "line_id", "said", "theme", "words"):
        return sent
    note_held(event, by=by)
    made.save(force_insert=True)
    settle_contributions([made], event, by=by)
    return made


@ledger.action
def take_contribution_back(*, contribution: Contribution, by: Actor) -> Contribution:
    """Say that a contribution was written down by mistake: its act is reversed; said twice, done once.

    A need that was made of it is the firm's, and stays: it is withdrawn on its own page.

    Raises:
        NotAllowed: it is another organisation's.
    """
    event = held_to_run(contribution.workshop.event, by)
    found = Contribution.objects.visible_to(MACHINE).get(pk=contribution.pk)
    if found.ended_at is None:
        found.ended_at, found.ended_because = clock.now(), Ended.MISTAKE
        found.save(update_fields=["ended_at", "ended_because"])
        settle_contributions([found], event, by=by, reason=Ended.MISTAKE)
    return found


@ledger.action
def raise_contribution(
    *, contribution: Contribution, asked: Asked, agreed: bool, by: Actor, once: str | None = None
) -> Need:
    """Make a need of what a firm said in a workshop, charged to the event's action as a concern raised there is.

    Raises:
        NotAllowed: the event is of another organisation.
        Invalid: no firm said it, or what is asked does not hold together.
        Conflict: it was taken back, the event is cancelled, or the key was used for something else.
    """
    event = held_to_run(contribution.workshop.event, by)
    found = Contribution.objects.visible_to(MACHINE).get(pk=contribution.pk)
    if found.ended_at is not None:
        raise Conflict(_("This contribution was taken back."))
    source = SOURCE_CONTRIBUTION, str(found.key)
    return hear_at(event, found.line, source, asked, agreed=agreed, by=by, once=once)
