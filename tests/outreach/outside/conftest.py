"""Services of routes, played on this machine."""

from tests.served import hands, outside, turned_on

__all__ = ["hands", "outside", "turned_on"]
