"""The languages of people and pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

LANGUAGES = [("fr", _("French")), ("en", _("English"))]
