"""Registration of the package with the framework."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Communes, intercommunalities, sectors and their dated perimeters."""

    name = "maillage.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
