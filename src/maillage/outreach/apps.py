"""Registration of the package with the framework."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Prospecting: campaigns, visits, calls, the adviser's day."""

    name = "maillage.outreach"
    label = "outreach"
    default_auto_field = "django.db.models.BigAutoField"
