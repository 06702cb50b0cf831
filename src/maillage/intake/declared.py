"""The importers that packages declare: one `IMPORTER` a module of `<app>/importers/`, found by being there."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from maillage.kernel.rows import Importer


class UnknownSource(LookupError):  # noqa: N818 -- it names what was asked
    """No package declares an importer of this name."""


@cache
def importers() -> dict[str, Importer]:
    """All declared importers by name.

    Raises:
        ValueError: two packages use one name, or a name does not fit the journal.
    """
    found: dict[str, Importer] = {}
    for importer in _declared():
        if len(importer.name) > 20 or found.setdefault(importer.name, importer) is not importer:
            raise ValueError(
                f"the importer “{importer.name}” is declared twice, or its name is long"
            )
    return dict(sorted(found.items()))


def _declared() -> list[Importer]:
    packages = [
        import_module(f"{config.name}.importers")
        for config in apps.get_app_configs()
        if config.name.startswith("maillage.") and module_has_submodule(config.module, "importers")
    ]
    modules = (
        import_module(f"{package.__name__}.{info.name}")
        for package in packages
        for info in iter_modules(package.__path__)
    )
    ours = (getattr(module, "IMPORTER", None) for module in modules)
    return [one for one in ours if isinstance(one, Importer)]


def importer_of(source: str) -> Importer:
    """The importer of this name.

    Raises:
        UnknownSource: none is declared.
    """
    found = importers().get(source)
    if found is None:
        raise UnknownSource(source)
    return found
