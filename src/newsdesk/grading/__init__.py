"""Release and grading of exercises: the only rooms that import nbgrader."""
