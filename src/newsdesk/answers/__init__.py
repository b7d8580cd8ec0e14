"""An answer's canonical form: one JSON value for every way in which the same answer can be written.

Check cell, release and grader all call `canonical`; nothing else decides whether two answers are the
same. No answer is pickled, and none is asked to compare itself.
"""

from newsdesk.answers.forms import canonical
from newsdesk.answers.questions import KINDS, MOST_CHARACTERS, MOST_ITEMS, AnswerError, Question, to_json

__all__ = ["KINDS", "MOST_CHARACTERS", "MOST_ITEMS", "AnswerError", "Question", "canonical", "to_json"]
