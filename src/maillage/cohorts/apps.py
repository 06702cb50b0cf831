"""Registration of the package with the framework."""

from django.apps import AppConfig


class CohortsConfig(AppConfig):
    """Cohorts of support structures, under pseudonyms."""

    name = "maillage.cohorts"
    label = "cohorts"
    default_auto_field = "django.db.models.BigAutoField"
