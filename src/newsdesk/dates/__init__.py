"""Dates that say what is known: the words of a text resolved to six EDTF forms, and their bounds.

`resolve` states the conventions and holds what lessons call. Below it: `words` (what kind of expression
stands there, English or French), `points` (the calendar), `reckoning` (one rule for each kind) and
`bounding` (since, before, by, between: expressions that lean on another one).
"""
