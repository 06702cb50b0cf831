"""Events, who is on their lists, their workshops and what is said there."""

from maillage.events.models.contributions import (
    Contribution as Contribution,
    ContributionQuerySet as ContributionQuerySet,
)
from maillage.events.models.events import Event as Event, EventQuerySet as EventQuerySet
from maillage.events.models.registrations import (
    Registration as Registration,
    RegistrationQuerySet as RegistrationQuerySet,
)
from maillage.events.models.workshops import (
    Choice as Choice,
    ChoiceQuerySet as ChoiceQuerySet,
    Workshop as Workshop,
    WorkshopQuerySet as WorkshopQuerySet,
)
