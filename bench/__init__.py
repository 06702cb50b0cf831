"""Measures: each module measures one package and holds its ratios to a limit.

`make bench` runs them all, `python -m bench ledger` one. Absolute times depend on the machine and are
only reported; what fails the build are ratios between things measured in turn in the same process.
"""
