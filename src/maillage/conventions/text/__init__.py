"""The text of a convention as a plain document: its notions, its rules, its TOML file. No database here."""
