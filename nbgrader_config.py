"""What nbgrader needs to know of this course; its own commands work with it as they are."""

c = get_config()  # noqa: F821 - traitlets puts the name there

c.CourseDirectory.course_id = "newsdesk"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# The answers stay with the source; stock nbgrader would copy every file beside the notebook.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "answers.yaml",
    "rubric.yaml",
    "samples.yaml",
    "guide.md",
]
# An answer cell begins with a form to fill in; what is cut out after it leaves nothing behind.
c.ClearSolutions.code_stub = {"python": ""}
c.ClearSolutions.text_stub = "*Your answer:*"
c.ClearSolutions.begin_solution_delimeter = "BEGIN SOLUTION"
c.ClearSolutions.end_solution_delimeter = "END SOLUTION"
c.IncludeHeaderFooter.header = ""
