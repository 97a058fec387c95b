"""The open models: what they are, where their weights come from, and how they run.

The embedder runs in this process (sentence-transformers); the generator is any
OpenAI-compatible server, by default a llama.cpp child process. May import settings and language.
"""
