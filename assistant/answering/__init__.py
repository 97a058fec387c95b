"""From a question to a reply.

`pipeline` runs the steps, each of which has a folder: follow-ups, generation, verdict, translation,
the reply's own words. `question`, `claim` and `clock` are shared by the steps and import none;
`reply` and `trace` are what comes of them. May import settings, language, models, index and
retrieval, and the prompts' files.
"""
