"""How every figure of needs may be split."""

from __future__ import annotations

BREAKDOWNS = ("commune", "sector", "month", "organisation", "theme")
