"""Find a final answer, give it a key, decide equality, grade. Importing this loads no algebra."""

from reasonloom.grading.canonical import canonical
from reasonloom.grading.extract import Extracted, answer_text, extract
from reasonloom.grading.grade import Grader, Verdict
from reasonloom.grading.workers import Outcome, WorkerPool

__all__ = [
    "Extracted",
    "Grader",
    "Outcome",
    "Verdict",
    "WorkerPool",
    "answer_text",
    "canonical",
    "extract",
]
