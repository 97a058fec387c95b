"""What is shown of the documents where no generated sentence may be: which words answer,
and what can be said of a quote without translating it. Imports wording."""
