"""Registration of the package with the framework."""

from django.apps import AppConfig


class ListsConfig(AppConfig):
    """Lists of partners: lines, what they are in the register, what people decided."""

    name = "maillage.lists"
    label = "lists"
    default_auto_field = "django.db.models.BigAutoField"
