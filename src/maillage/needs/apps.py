"""Registration of the package with the framework."""

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    """Needs, their referrals to partners, and what came of them."""

    name = "maillage.needs"
    label = "needs"
    default_auto_field = "django.db.models.BigAutoField"
