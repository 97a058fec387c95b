"""Answer-quality evals. They talk to a running service over HTTP and import nothing of it but
the API's schemas."""
