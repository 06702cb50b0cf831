"""Registration of the package with the framework."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Legal units and establishments: the register of firms, in two times."""

    name = "maillage.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"
