"""Registration of the package with the framework."""

from django.apps import AppConfig


class FundingConfig(AppConfig):
    """Public money: lists of grants that communities publish."""

    name = "maillage.funding"
    label = "funding"
    default_auto_field = "django.db.models.BigAutoField"
