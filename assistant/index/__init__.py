"""What a passage is in Qdrant, and the two engines that hold passages.

One schema (`schema`), one store interface (`store`), two adapters: Qdrant Edge in this process
(`edge`) and a Qdrant server (`server`). May import settings, language and models.
"""
