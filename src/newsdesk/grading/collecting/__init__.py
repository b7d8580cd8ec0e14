"""What learners sent, put in its place: `unpacking` looks at it, `placing` says whose it is, `recognising` what it is.

`storing` keeps it, `collect` goes through all of it, `reporting` says what came of it.
"""
