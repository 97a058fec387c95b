"""Requests and responses as OpenAI's clients send and read them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from assistant.api.schemas.chat_schemas import Citation, ConversationId, Usage, UserId
from assistant.api.schemas.text import Text
from assistant.codes import Outcome

MODEL = "trilogue"


class _OpenAIRequest(BaseModel):
    # A parameter that is not listed is an error: a client must not believe that it has an effect.
    model_config = ConfigDict(extra="forbid", strict=True)


class TextPart(_OpenAIRequest):
    """A part of a message; only text is read."""

    type: Literal["text"]
    text: Text


class CompletionMessage(_OpenAIRequest):
    """A message as OpenAI's clients send it."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Text | list[TextPart]
    name: Text | None = Field(None, max_length=200, description="Accepted, and not read.")
    # Clients send the messages back that they were given.
    refusal: Text | None = Field(None, description="Accepted, and not read.")
    annotations: list[Any] | None = Field(
        None, max_length=1000, description="Accepted, and not read."
    )

    @property
    def text(self) -> str:
        """The text of all parts."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content)


class StreamOptions(_OpenAIRequest):
    """How to stream."""

    include_usage: bool = Field(False, description="Send a last chunk with the usage.")


class ResponseFormat(_OpenAIRequest):
    """The one format that there is."""

    type: Literal["text"]


#: A parameter whose only value is the one that has no effect.
_Zero = Annotated[float, Field(ge=0, le=0)]
_One = Annotated[int, Field(ge=1, le=1)]


def _off(value: bool) -> bool:
    if value:
        raise ValueError("Log-probabilities are not given; leave it out, or say false.")
    return value


# Literal[False] would take 0 for it.
_Off = Annotated[bool, AfterValidator(_off), WithJsonSchema({"type": "boolean", "const": False})]


class CompletionRequest(_OpenAIRequest):
    """``POST /v1/chat/completions``. A parameter that is not listed here is an error."""

    model: Text = Field(description=f"Always {MODEL!r}: the generator is the operator's choice.")
    messages: list[CompletionMessage] = Field(min_length=1, max_length=200)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    temperature: float | None = Field(None, ge=0, le=2, description="0 where it is not sent.")
    top_p: float | None = Field(None, gt=0, le=1)
    seed: int | None = Field(None, ge=0, lt=2**31)
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    user: UserId | None = None
    n: _One | None = None
    response_format: ResponseFormat | None = None
    logprobs: _Off | None = None
    frequency_penalty: _Zero | None = None
    presence_penalty: _Zero | None = None
    collections: list[Text] | None = Field(
        None, max_length=1000, description="Not OpenAI's: only these collections."
    )
    document_ids: list[Text] | None = Field(
        None, max_length=1000, description="Not OpenAI's: only these documents."
    )
    language: Literal["auto", "ko", "ar", "en"] = Field(
        "auto", description="Not OpenAI's: language of the reply."
    )
    conversation_id: ConversationId | None = Field(
        None, description="Not OpenAI's: continues a stored conversation."
    )


class UrlCitation(BaseModel):
    """Where in the message a mark stands, and what it opens."""

    url: str
    title: str
    start_index: int
    end_index: int


class Annotation(BaseModel):
    """A citation in OpenAI's form."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class AnswerMessage(BaseModel):
    """The answer, with a citation for each mark in it."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class CompletionChoice(BaseModel):
    """The one choice of a completion."""

    index: int = 0
    message: AnswerMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Completion(BaseModel):
    """A completion as OpenAI's clients read it, with the reply's outcome and citations."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[CompletionChoice]
    usage: Usage
    outcome: Outcome
    notice: str | None
    citations: list[Citation]
    conversation_id: str
    warnings: list[str] = Field(
        default_factory=list, description="What of the request had no effect."
    )


class Chunk(BaseModel):
    """One chunk of a streamed completion; the last with a choice has the reply's fields."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str = MODEL
    choices: list[dict[str, Any]]
    usage: Usage | None = None
    outcome: Outcome | None = None
    notice: str | None = None
    citations: list[Citation] | None = None
    conversation_id: str | None = None
    warnings: list[str] | None = None


class Model(BaseModel):
    """One entry of ``GET /v1/models``."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "trilogue"


class ModelList(BaseModel):
    """``GET /v1/models``."""

    object: Literal["list"] = "list"
    data: list[Model]


class EmbeddingRequest(_OpenAIRequest):
    """``POST /v1/embeddings``. A parameter that is not listed here is an error."""

    model: Text = Field(description="The embedder, as ``GET /v1/models`` names it.")
    input: (
        Annotated[Text, Field(min_length=1, max_length=20_000)]
        | Annotated[
            list[Annotated[Text, Field(min_length=1, max_length=20_000)]],
            Field(min_length=1, max_length=128),
        ]
    ) = Field(description="A text, or up to 128. Arrays of tokens are not read.")
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = Field(None, ge=1, description="Only the embedder's own.")
    user: UserId | None = None
    input_type: Literal["query", "document"] = Field(
        "document", description="Not OpenAI's: what the text is for the embedder."
    )


class Embedding(BaseModel):
    """The unit vector of one text."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str = Field(
        description="Numbers, or the base64 of float32 values, the lowest byte first."
    )


class EmbeddingUsage(BaseModel):
    """Tokens that the embedder read."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingResponse(BaseModel):
    """The vectors in the order of the texts."""

    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str
    usage: EmbeddingUsage
