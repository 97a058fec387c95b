"""What must last besides the index: the registry of documents, API keys and their use,
conversations, feedback. SQLAlchemy over SQLite or PostgreSQL, migrated by Alembic.

May import settings, language, models, index, retrieval and answering."""
