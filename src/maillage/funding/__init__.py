"""Public money: who gave what to whom, for what, as published lists of grants tell it."""
