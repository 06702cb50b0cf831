"""Early signals: what a firm told of its difficulties at a visit, weighed by a table that anybody may read.

A help to whoever goes and sees firms, and nothing else: confidential, never an act, never exported, gone after
twelve months; no decision follows by itself (ADR 0033).
"""
