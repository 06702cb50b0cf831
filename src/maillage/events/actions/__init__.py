"""Every write about events: prepared, opened, cancelled; registrations, presence, workshops and what is said there."""

from maillage.events.actions.attending import (
    Walker as Walker,
    identify as identify,
    note_absent as note_absent,
    note_arrival as note_arrival,
    note_present as note_present,
)
from maillage.events.actions.contributing import (
    Remark as Remark,
    note_contribution as note_contribution,
    raise_contribution as raise_contribution,
    take_contribution_back as take_contribution_back,
)
from maillage.events.actions.events import (
    Plan as Plan,
    cancel_event as cancel_event,
    change_event as change_event,
    close_registration as close_registration,
    create_event as create_event,
    hold_event as hold_event,
    open_event as open_event,
)
from maillage.events.actions.raising import raise_concern as raise_concern
from maillage.events.actions.registering import (
    Attendee as Attendee,
    end_registration as end_registration,
    register as register,
)
from maillage.events.actions.workshops import (
    WorkshopPlan as WorkshopPlan,
    add_workshop as add_workshop,
    cancel_workshop as cancel_workshop,
    change_workshop as change_workshop,
    choose_workshops as choose_workshops,
)
from maillage.events.actions.writing import invite as invite
