"""How sensitive a piece of information is: a share names one class and opens no other (ADR 0004)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sensitivity(models.TextChoices):
    """The class of an information; sharing a firm never shares its difficulties."""

    PUBLIC = "public", _("Public")
    PARTNERS = "partners", _("Shared between partners")
    DIFFICULTY = "difficulty", _("Confidential: a firm's difficulties")
    PERSONAL = "personal", _("Personal data")
    SURVEY_RAW = "survey_raw", _("Raw answers to a survey")
