"""Registration of the package with the framework."""

from django.apps import AppConfig


class DiagnosesConfig(AppConfig):
    """Diagnoses: questionnaires by version, passes, plans, progress."""

    name = "maillage.diagnoses"
    label = "diagnoses"
    default_auto_field = "django.db.models.BigAutoField"
