"""The ingestion job: from files to passages in the index.

Readers turn a file into text, `structure` finds its articles and headings, `passages` cuts and
embeds them through llama-index's IngestionPipeline, and `job` runs all of it over many files.
May import assistant.settings, errors, language, models, index and storage.
"""
