"""The prompts: one folder a prompt, one Jinja file a language, in that language.

Each file has two blocks: ``system`` never changes, so that a server can keep it in its prompt
cache, and ``user`` has what changes from question to question.
"""
