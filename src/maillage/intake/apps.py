"""Registration of the package with the framework."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Whatever comes in by file: bounded reading, preview, rejects, activation, undo."""

    name = "maillage.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"
