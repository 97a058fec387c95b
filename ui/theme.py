"""The look of Gradio's own components; everything else is in static/*.css."""

from __future__ import annotations

import gradio as gr

_FONT = ("Trilogue Text", "Trilogue Text Arabic", "Pretendard", "IBM Plex Sans Arabic", "system-ui")


def theme() -> gr.themes.Base:
    """Gradio's base theme in the colours of static/tokens.css, with the fonts that ship here."""
    colours = {
        "body_background_fill": "var(--ground)",
        "body_text_color": "var(--ink)",
        "body_text_color_subdued": "var(--ink-soft)",
        "background_fill_primary": "var(--surface)",
        "background_fill_secondary": "var(--ground)",
        "border_color_primary": "var(--line)",
        "input_background_fill": "var(--surface)",
        "input_border_color": "var(--line-strong)",
        "input_border_color_focus": "var(--accent)",
        "input_placeholder_color": "var(--ink-soft)",
        "button_primary_background_fill": "var(--accent-strong)",
        "button_primary_background_fill_hover": "var(--accent)",
        "button_primary_text_color": "var(--on-accent)",
        "button_secondary_background_fill": "var(--surface)",
        "button_secondary_background_fill_hover": "var(--accent-soft)",
        "button_secondary_text_color": "var(--ink)",
        "button_secondary_border_color": "var(--line)",
    }
    return gr.themes.Base(font=_FONT, font_mono="monospace").set(
        **colours, **{f"{name}_dark": colour for name, colour in colours.items()}
    )
