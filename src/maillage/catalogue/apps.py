"""Registration of the package with the framework."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Services and schemes: what is said of them, for whom they are, whether their links still answer."""

    name = "maillage.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"
