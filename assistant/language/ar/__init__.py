"""What the service knows about Arabic: a file for each subject of `assistant.language.words`."""
