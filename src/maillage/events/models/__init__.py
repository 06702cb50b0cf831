"""Events and who is on their lists."""

from maillage.events.models.events import Event as Event, EventQuerySet as EventQuerySet
from maillage.events.models.registrations import (
    Registration as Registration,
    RegistrationQuerySet as RegistrationQuerySet,
)
