"""The errors that people see: each says what went wrong and what to do about it."""

from __future__ import annotations

from pydantic import ValidationError


class TrilogueError(Exception):
    """An error with a remedy. The CLI prints it; the API sends it as a problem document.

    Args:
        message: What went wrong, naming the file or field.
        hint: What the reader can do about it.
    """

    #: HTTP status of the problem document.
    status = 500
    #: Exit code of a command that ends with this error.
    exit_code = 1
    #: Short, stable, human-readable kind of problem (RFC 9457 ``title``).
    title = "Internal error"
    #: Seconds after which trying again makes sense, for errors that pass.
    retry_after: int | None = None

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InvalidInputError(TrilogueError):
    """The caller's input cannot be used as it is."""

    status = 422
    exit_code = 2
    title = "Invalid input"


class UnavailableError(TrilogueError):
    """A part that the request needs is not there now (a model, the index, a server)."""

    status = 503
    exit_code = 3
    title = "Service unavailable"
    retry_after = 5


class BusyError(UnavailableError):
    """There is more to do than fits into the queue."""

    title = "Too busy"


class DeadlineError(TrilogueError):
    """A request took longer than it may."""

    status = 504
    title = "Took too long"
    retry_after = 5


class UnauthorizedError(TrilogueError):
    """The caller has not shown a key that is valid."""

    status = 401
    exit_code = 2
    title = "Unauthorized"


class ForbiddenError(TrilogueError):
    """The caller's key does not allow it."""

    status = 403
    exit_code = 2
    title = "Forbidden"


class NotFoundError(TrilogueError):
    """There is no such thing, or the caller may not know of it."""

    status = 404
    exit_code = 2
    title = "Not Found"


class NotKeptError(NotFoundError):
    """The document is there, and its original file is not."""

    title = "Original not kept"


class LimitError(TrilogueError):
    """The caller's key has made as many requests as it may.

    Args:
        retry_after: Seconds until it may make the next one.
    """

    status = 429
    title = "Too many requests"

    def __init__(self, message: str, hint: str, retry_after: int) -> None:
        super().__init__(message, hint)
        self.retry_after = retry_after


def first_problem(error: ValidationError) -> str:
    """The first of the problems that pydantic found, with the field that has it, if one has."""
    first = error.errors()[0]
    field = ".".join(map(str, first["loc"]))
    return f"{field}: {first['msg']}" if field else first["msg"]
