"""What must last besides the index: the registry of documents. SQLAlchemy over SQLite or
PostgreSQL. May import settings, language, models, index, retrieval and answering."""
