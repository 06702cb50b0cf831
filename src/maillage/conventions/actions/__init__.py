"""Everything that writes: texts, what happens to actions and conventions, money."""
