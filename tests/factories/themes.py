"""The tree of needs as it ships, for tests that name its themes."""

from __future__ import annotations

from maillage.needs.tree import document
from maillage.needs.vocabulary import Theme

SHIPPED = document.shipped().themes
THEME_WORDS = {Theme(code): theme.words for code, theme in SHIPPED.items()}
SENSITIVE_THEMES = frozenset(Theme(code) for code, theme in SHIPPED.items() if theme.sensitive)
