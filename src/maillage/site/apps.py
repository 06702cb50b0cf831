"""Registration of the composition root; it wires what the packages below leave open."""

from django.apps import AppConfig
from django.utils.translation import get_language

from maillage.kernel import clock, invented, text


class SiteConfig(AppConfig):
    """The composition root: the only place that knows every package."""

    name = "maillage.site"
    label = "site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the kernel the reader's language, the instance's time and the label of its data."""
        from maillage.site import instance

        text.speak(lambda: get_language() or "fr")
        clock.install(instance.now)
        invented.told_by(instance.label)
