"""Fitting what decides on answers (`assistant.calibration`) to an embedder and to documents.

Suites of questions become labelled answers and questions whose answerability is known; they are
read as the service reads them, and the gate, the verdict and the meaning of cosines are fitted to
what was read. `trilogue calibrate` runs it. May import everything of the service below the API,
and of the evals what a suite is.
"""
