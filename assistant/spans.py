"""OpenTelemetry spans of the steps of a question, open for as long as a step runs.

Where no collector is set they cost nothing: opentelemetry-api alone makes spans that nobody
records. Spans have counts, codes and ids; no question, answer or other text of a person.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import TypeVar

from opentelemetry import trace
from opentelemetry.trace import Span, StatusCode

_TRACER = trace.get_tracer("trilogue")

T = TypeVar("T")


@contextmanager
def span(name: str) -> Iterator[Span]:
    """A span around what is done within it, under the current one.

    Do not yield from an asynchronous generator within it: whoever reads the generator would be
    in the span as well. `spanned` is for those.

    Args:
        name: Of the step; the same for every question.
    """
    with _current(_TRACER.start_span(name), end=True) as step:
        yield step


async def spanned(
    name: str, items: AsyncGenerator[T, None], expected: tuple[type[Exception], ...] = ()
) -> AsyncGenerator[T, None]:
    """The same items. A span is open from when the first one is asked for until there are no
    more, or nobody wants more; what makes them runs within it.

    Args:
        name: Of the step; the same for every question.
        items: What is closed together with this generator.
        expected: Exceptions with which the items may end and nothing has failed.
    """
    step = _TRACER.start_span(name)
    try:
        async with aclosing(items):
            while True:
                with _current(step, expected=expected):
                    try:
                        item = await anext(items)
                    except StopAsyncIteration:
                        return
                yield item
    finally:
        step.end()


@contextmanager
def _current(
    step: Span, end: bool = False, expected: tuple[type[Exception], ...] = ()
) -> Iterator[Span]:
    """Make a span the current one. Of an error it has the class; its words may be a person's,
    and the log has them, masked."""
    with trace.use_span(
        step, end_on_exit=end, record_exception=False, set_status_on_exception=False
    ):
        try:
            yield step
        except expected:
            raise
        except Exception as error:
            step.set_status(StatusCode.ERROR)
            step.set_attribute("error.type", type(error).__name__)
            raise
