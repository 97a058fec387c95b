"""From evidence to a reply: prompt, generation, checks, citations, the reply's own words.

`pipeline` runs the steps. May import settings, language, models, index and retrieval, and the
prompts' files.
"""
