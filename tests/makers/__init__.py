"""What the walk of rights asks each package: an object of a route, owned by a given organisation.

A maker is a function of `tests/makers/<app>.py`, named by the route (`maker="visit"`): it takes the
owner and gives the arguments of the address. No list of makers is kept anywhere.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from maillage.accounts.models import Organisation
from maillage.accounts.policy import Entry

Maker = Callable[[Organisation], dict[str, Any]]

# Third-party routes carry no namespace; the package that mounts them makes their objects.
WITHOUT_NAMESPACE = "accounts"


class NoMaker(AssertionError):  # noqa: N818 -- the name says what is missing
    """A route has an object in its address and nobody builds one."""


def maker_of(entry: Entry) -> Maker | None:
    """The maker of a route's object; None when its address names no object."""
    if not entry.parameters:
        return None
    if not entry.maker:
        raise NoMaker(f"{entry.name} has an object in its address and declares no maker")
    app = entry.name.partition(":")[0] if ":" in entry.name else WITHOUT_NAMESPACE
    try:
        module = importlib.import_module(f"tests.makers.{app}")
    except ModuleNotFoundError as error:
        raise NoMaker(f"{entry.name} needs tests/makers/{app}.py") from error
    maker = getattr(module, entry.maker, None)
    if maker is None:
        raise NoMaker(f"{entry.name} needs {entry.maker}() in tests/makers/{app}.py")
    return maker  # type: ignore[no-any-return]
