"""Registration of the package with the framework."""

from django.apps import AppConfig


class DesksConfig(AppConfig):
    """Desks: places of welcome, their hours, firms and project leaders met there."""

    name = "maillage.desks"
    label = "desks"
    default_auto_field = "django.db.models.BigAutoField"
