"""What is known of a service outside before it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from maillage.kernel.text import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A public service, with the variable that holds its address and what to do without it.

    `timeout` bounds one silence, `patience` the whole question with its second tries: nobody waits longer
    for a page.
    """

    key: str
    name: Words
    variable: str
    without: Words
    address: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    key_variable: str = ""
    timeout: float = 5.0
    patience: float = 10.0

    @property
    def is_on(self) -> bool:
        """Whether who runs the instance gave its address."""
        return bool(self.address)
