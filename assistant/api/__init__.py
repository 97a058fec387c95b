"""The HTTP API: routes, schemas, problem documents. The last layer but the CLI.

The UI and the evals import `schemas` and nothing else of the service.
"""
