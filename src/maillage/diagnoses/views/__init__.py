"""Pages of diagnoses."""
