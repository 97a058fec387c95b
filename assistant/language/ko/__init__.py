"""What the service knows about Korean: a file for each subject of `assistant.language.words`."""
