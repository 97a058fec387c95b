"""What the service knows of ingestion: the protocol of its queue and the types that both sides
share, and what changes documents in the index and the database.

The readers and the job are in `ingest`, which the commands put behind the protocol. May import
settings, language, models, index and storage.
"""
