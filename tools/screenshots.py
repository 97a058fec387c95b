"""Takes the screenshots of docs/images: the main pages, in each language, on a desktop's screen,
on a phone's, and dark. Run by ``make screenshots`` while `make demo` runs.

The questions are asked of the running service, so that what the pictures show is what it does.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser import Browser  # noqa: E402

from ui.texts import LANGUAGES, load_texts  # noqa: E402

ADDRESS = os.environ.get("TRILOGUE_UI_URL", "http://127.0.0.1:7860")
IMAGES = ROOT / "docs" / "images"
SCREENS = {"desktop": (1280, 800, False), "phone": (360, 740, False), "dark": (1280, 800, True)}


def main() -> None:
    """Take all of them."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(Path(profile), patience=300)
        try:
            for language in LANGUAGES:
                texts = load_texts(language)
                browser.screen(1280, 800)
                browser.open(f"{ADDRESS}/?lang={language}", ".welcome")
                browser.click(".welcome button", texts.starters[0])
                browser.see(".actions")
                conversation = browser.driver.current_url
                for name, (width, height, dark) in SCREENS.items():
                    browser.screen(width, height, dark)
                    browser.open(f"{ADDRESS}/?lang={language}", ".welcome")
                    browser.see(".welcome", texts.starters[0])
                    _save(browser, f"{language}-{name}-start")
                    browser.open(conversation, ".actions")
                    browser.run("scrollTo(0, 0)")
                    _save(browser, f"{language}-{name}-answer")
                    browser.unfold()
                    browser.click(".quote-card .open")
                    browser.see("#source mark")
                    _save(browser, f"{language}-{name}-source")
        finally:
            browser.close()


def _save(browser: Browser, name: str) -> None:
    """A picture with 128 colours, which these pages do with, and a third of the bytes."""
    browser.run("return document.fonts.ready.then(() => true)")
    picture = Image.open(io.BytesIO(browser.driver.get_screenshot_as_png())).convert("RGB")
    picture.quantize(128).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
