"""What other bodies publish and Maillage repeats: external series, dated, sourced, licensed, loaded as files.

They are another body's word: never an act, never added to our figures, never read by an indicator.
"""
