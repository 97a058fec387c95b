"""The components of the page and the texts that they carry in each language."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import gradio as gr
from gradio.components import Component

from ui.conversation import Conversation
from ui.render import transcript
from ui.texts import ENDONYMS, Texts, load_texts

TITLE = "Trilogue"
#: Values for some of the page's components, as Gradio's event handlers return them.
Updates = dict[Component, object]

# A new question moves to the top of the window, so that the reply is read as it grows. A citation
# mark shows its card here, because the page has a <base>: a plain "#…" link would load the page
# anew and lose the conversation.
_TRANSCRIPT_JS = """
element.addEventListener("click", (event) => {
    const mark = event.target.closest("a.citation");
    if (!mark) return;
    event.preventDefault();
    const card = document.getElementById(mark.hash.slice(1));
    card?.focus({ preventScroll: true });
    card?.scrollIntoView({ block: "center", behavior: "smooth" });
});
let shown = element.querySelectorAll(".turn").length;
watch("value", () => {
    const turns = element.querySelectorAll(".turn");
    if (turns.length > shown) {
        turns[turns.length - 1].scrollIntoView({ block: "start", behavior: "smooth" });
    }
    shown = turns.length;
});
"""


@dataclass(frozen=True)
class Page:
    """The components that events read and change."""

    conversation: gr.State
    header: gr.HTML
    language: gr.Radio
    transcript: gr.HTML
    starters_title: gr.HTML
    starters: tuple[gr.Button, ...]
    question: gr.Textbox
    send: gr.Button
    stop: gr.Button
    clear: gr.Button

    @property
    def outputs(self) -> list[Component]:
        """Every component that an event may change."""
        return [
            self.header,
            self.language,
            self.transcript,
            self.starters_title,
            *self.starters,
            self.question,
            self.send,
            self.stop,
            self.clear,
        ]

    def labels(self, conversation: Conversation) -> Updates:
        """All texts of the page in the conversation's language."""
        texts = load_texts(conversation.language)
        rtl = texts.direction == "rtl"
        starters = zip(self.starters, texts.starters, strict=True)
        return {
            self.header: header(texts),
            self.language: gr.update(
                value=conversation.language, label=texts.language_switch, rtl=rtl
            ),
            self.starters_title: starters_title(texts),
            **{button: gr.update(value=text) for button, text in starters},
            self.question: gr.update(placeholder=texts.placeholder, label=texts.question, rtl=rtl),
            self.send: gr.update(value=texts.send),
            self.stop: gr.update(value=texts.stop),
            self.clear: gr.update(value=texts.clear),
            self.transcript: transcript(conversation.turns, texts),
        }

    def progress(self, conversation: Conversation) -> Updates:
        """The conversation as it stands, and the controls that fit its state."""
        fresh, busy = not conversation.turns, conversation.busy
        return {
            self.transcript: transcript(conversation.turns, load_texts(conversation.language)),
            self.starters_title: gr.update(visible=fresh),
            **{button: gr.update(visible=fresh) for button in self.starters},
            self.send: gr.update(visible=not busy),
            self.stop: gr.update(visible=busy),
            self.clear: gr.update(visible=not fresh),
        }


def build_page() -> Page:
    """Lay out the page, in English and empty. Call it inside a `gr.Blocks`."""
    texts = load_texts("en")
    with gr.Row(elem_id="top"):
        heading = gr.HTML(header(texts), apply_default_css=False)
        language = gr.Radio(
            [(name, code) for code, name in ENDONYMS.items()],
            value="en",
            label=texts.language_switch,
            container=False,
            elem_id="language",
        )
        clear = gr.Button(texts.clear, visible=False, size="sm", elem_id="clear")
    log = gr.HTML(
        transcript([], texts),
        apply_default_css=False,
        js_on_load=_TRANSCRIPT_JS,
        elem_id="transcript",
    )
    with gr.Column(elem_id="starters"):
        title = gr.HTML(starters_title(texts), apply_default_css=False)
        starters = tuple(gr.Button(text, size="sm") for text in texts.starters)
    with gr.Row(elem_id="composer"):
        question = gr.Textbox(
            label=texts.question,
            placeholder=texts.placeholder,
            show_label=False,
            container=False,
            max_lines=6,
            autofocus=True,
            elem_id="question",
            html_attributes=gr.InputHTMLAttributes(enterkeyhint="send"),
        )
        send = gr.Button(texts.send, variant="primary", elem_id="send")
        stop = gr.Button(texts.stop, visible=False, elem_id="stop")
    return Page(
        gr.State(Conversation()),
        heading,
        language,
        log,
        title,
        starters,
        question,
        send,
        stop,
        clear,
    )


def header(texts: Texts) -> str:
    """The page's title and tagline."""
    return (
        f'<header lang="{texts.language}" dir="{texts.direction}">'
        f"<h1>{TITLE}</h1><p>{escape(texts.tagline)}</p></header>"
    )


def starters_title(texts: Texts) -> str:
    """The heading of the starter questions."""
    title = escape(texts.starters_title)
    return f'<h2 lang="{texts.language}" dir="{texts.direction}">{title}</h2>'
