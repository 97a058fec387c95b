"""What an evaluator can put right: a wrong suite, run or gate, or a service that is not there."""

from __future__ import annotations


class EvalError(Exception):
    """Something that the evaluator must correct; its text says what and where."""


class SuiteError(EvalError):
    """A suite that cannot be used.

    Args:
        problems: Each with file, line and field.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
