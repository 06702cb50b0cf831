"""Diagnoses of firms: a questionnaire, a score by axis, a plan, and the same again half a year later."""
