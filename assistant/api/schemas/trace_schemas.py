"""Why a reply is as it is, as the API tells it to administrators."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class TraceHit(BaseModel):
    """A passage that was found."""

    document_id: str
    source: str = Field(description="File name of the document.")
    title: str
    locator: str
    language: str
    score: float = Field(description="Comparable within one search only.")
    cosine: float = Field(description="Nearness to the question, from -1 to 1.")


class TraceDecision(BaseModel):
    """Whether to answer from what a search found."""

    probability: float = Field(description="How likely it answers the question, from 0 to 1.")
    threshold: float = Field(description="From which probability on it is answered from.")
    passed: bool
    doubtful: bool = Field(
        description="A generator that finds no answer in the evidence is believed."
    )
    features: dict[str, float] = Field(description="What the probability was made from.")


class TraceSearch(BaseModel):
    """One search, for one reading of the question."""

    question: str = Field(description="What was searched for.")
    origin: Literal["asked", "carried"] = Field(
        description="As it was typed; with the question before it."
    )
    hits: list[TraceHit]
    decision: TraceDecision


class TraceEvidence(BaseModel):
    """A quote that the generator was given."""

    number: int
    document_id: str
    passage_id: str
    title: str
    locator: str
    language: str
    start: int = Field(description="Offset of the quote in the passage's text, in characters.")
    end: int
    score: float


class TraceSentence(BaseModel):
    """A generated sentence, shown or not."""

    text: str = Field(description="As it was generated.")
    cited: list[int] = Field(description="Numbers of the evidence that it cites, if it was shown.")
    probability: float | None = Field(
        description="How probable it is that it is right, from 0 to 1; null where it was refused "
        "before that was asked."
    )
    threshold: float | None = Field(description="From which probability on it is shown.")
    for_it: dict[str, float] = Field(
        description="The signals that speak most for it, with what they add to the log-odds."
    )
    against_it: dict[str, float] = Field(description="Likewise, what speaks most against it.")
    check: str | None = Field(
        description="The refusal that holds it back, or `verdict`; null if it was shown."
    )
    reason: str | None


class TraceTranslation(BaseModel):
    """A translation of a quote, shown or not."""

    number: int
    text: str
    check: str | None
    reason: str | None


class TraceTokens(BaseModel):
    """What the generator read and wrote, over all its requests."""

    prompt: int
    cached_prompt: int = Field(description="Those that the server's prompt cache had.")
    completion: int
    answers_from_cache: int = Field(description="Attempts that the answer cache had.")
    waited_ms: float = Field(description="Wait for a free slot.")


class Trace(BaseModel):
    """Every decision that led to a reply."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "language": "en",
                    "language_supported": True,
                    "searches": [
                        {
                            "question": "What grade point average do PhD students need?",
                            "origin": "asked",
                            "hits": [
                                {
                                    "document_id": "6f1c…",
                                    "source": "exchange-eligibility.en.md",
                                    "title": "Policy on Student and Staff Exchange",
                                    "locator": "Article 2",
                                    "language": "en",
                                    "score": 0.53,
                                    "cosine": 0.49,
                                }
                            ],
                            "decision": {
                                "probability": 0.93,
                                "threshold": 0.41,
                                "passed": True,
                                "doubtful": False,
                                "features": {"best_sentence": 0.61, "margin": 0.08},
                            },
                        }
                    ],
                    "evidence": [
                        {
                            "number": 1,
                            "document_id": "6f1c…",
                            "passage_id": "0b7e…",
                            "title": "Policy on Student and Staff Exchange",
                            "locator": "Article 2",
                            "language": "en",
                            "start": 97,
                            "end": 175,
                            "score": 0.61,
                        }
                    ],
                    "sentences": [
                        {
                            "text": "They need at least 3.0 out of 4.3. [1]",
                            "cited": [1],
                            "probability": 0.98,
                            "threshold": 0.9,
                            "for_it": {"answer_nearness": 1.9, "joint": 1.2},
                            "against_it": {"relevance_gap": -0.2},
                            "check": None,
                            "reason": None,
                        },
                        {
                            "text": "They need at least 3.7. [1]",
                            "cited": [],
                            "probability": None,
                            "threshold": None,
                            "for_it": {},
                            "against_it": {},
                            "check": "invented_quantity",
                            "reason": "the documents do not state 3.7",
                        },
                    ],
                    "translations": [],
                    "tokens": {
                        "prompt": 231,
                        "cached_prompt": 96,
                        "completion": 19,
                        "answers_from_cache": 0,
                        "waited_ms": 0.1,
                    },
                    "ended_ms": {"search 1": 120.4, "evidence": 121.3, "total": 3105.6},
                }
            ]
        }
    }

    language: str = Field(description="Of the reply.")
    language_supported: bool = Field(
        description="False for a question in none of the three languages."
    )
    searches: list[TraceSearch] = Field(
        description="In their order. Evidence is from the last one if that passed."
    )
    evidence: list[TraceEvidence]
    sentences: list[TraceSentence]
    translations: list[TraceTranslation]
    tokens: TraceTokens
    ended_ms: dict[str, float] = Field(
        description="Milliseconds from the question's arrival to the end of each step."
    )
