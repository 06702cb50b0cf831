"""Registration of the package with the framework."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Surveys: so far the draw of a sample and its estimates, on files."""

    name = "maillage.surveys"
    label = "surveys"
    default_auto_field = "django.db.models.BigAutoField"
