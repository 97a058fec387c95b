"""From a question to evidence: hybrid search, the sentences that bear on it, and whether they
answer it. May import settings, language, models and index.
"""
