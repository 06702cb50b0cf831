"""What other bodies publish of a territory, beside our figures and never among them: a card a series.

A series is drawn by its shape. Where no file of it stands, or none tells of the territory, its card says which file to load
and draws nothing.
"""
