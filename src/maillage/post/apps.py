"""Registration of the package with the framework."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PostConfig(AppConfig):
    """What goes out: the outbox, e-mail, files to hand over, signed links."""

    name = "maillage.post"
    label = "post"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Learn what links are for in every package, and keep the lives of messages as written."""
        from maillage.accounts import append_only

        append_only.keep("post_messageevent")
        autodiscover_modules("purposes")
