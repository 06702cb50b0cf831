"""The roles of people in their organisation, as the partnership names them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person does for the organisation they act for; one membership carries one role."""

    ADVISER = "adviser", _("Adviser")
    OFFICER = "officer", _("Intercommunality officer")
    SERVICE_MANAGER = "service_manager", _("Service manager")
    ELECTED = "elected", _("Elected member, mayor")
    EXPERT = "expert", _("Expert, support structure")
    LANDLORD = "landlord", _("Social landlord")
    COMMITTEE = "committee", _("Committee member")
    AUDITOR = "auditor", _("Auditor, data protection officer")
    ADMINISTRATOR = "administrator", _("Administrator of the organisation")
