"""Registration of the package with the framework."""

from django.apps import AppConfig


class SeriesConfig(AppConfig):
    """External series: what other bodies publish, as their files told it."""

    name = "maillage.series"
    label = "series"
    default_auto_field = "django.db.models.BigAutoField"
