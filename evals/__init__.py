"""Answer-quality evals: suites of questions, a runner that asks a service over HTTP, evaluators
that score its replies, and reports that compare versions. They import nothing of the service but
the API's client and schemas; only the CLI imports `evals.commands`."""
