"""May this text be shown? One contract for everything that a generator writes.

`refusals` has what is never right. Everything else is a signal (`signals`), read against all that
was found (`found`), and one calibrated model (`model`) says how probable it is that the sentence
is right. `judge` puts them together.
"""
