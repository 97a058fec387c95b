"""Ingestion inside the running service: files on their way in, and the queue of jobs."""
