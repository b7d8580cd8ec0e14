"""Annotation: labels, marks and links, their files, comparing them, and the pencil that makes them.

Importing the package loads nothing; ``nd.annotate`` and its neighbours load what they need.
"""
