"""The HTTP API: routes, schemas, problem documents. Above it are the client and
the commands.

The client imports `schemas` and nothing else of the service; so do the UI and the evals.
"""
