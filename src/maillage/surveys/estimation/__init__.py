"""From a sample to the population it was drawn from: weights, estimates, and how far off they may be.

Plain arrays, no framework: `weighting` makes up for who did not answer, `calibration` brings the weights to
known totals, `variance` and `estimates` say what they tell and with which doubt, `sampling` draws. The
choices and the published cases they reproduce are in docs/how-to/estimate-a-survey.md.
"""
