"""The ingestion job: from files to passages in the index.

Readers turn a file into text, `structure` finds its articles and headings, `passages` cuts and
embeds them through llama-index's IngestionPipeline, `executor` says where (in this process, or in
`ray_executor` on a Ray cluster), `job` runs all of it over many files, and
`threaded_queue` runs jobs in the service's process, behind the protocol in `assistant.ingestion`.
May import assistant.settings, errors, codes, language, models, index, storage and ingestion.
"""
