"""llama-index both ways: our search as its retriever, its retrievers and models behind our checks.

May import everything below the API; nothing of the service imports it.
"""
