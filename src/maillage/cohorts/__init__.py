"""Cohorts of support structures: lists of persons under pseudonyms, stages they reached, a funnel counted across structures."""
