"""A person at the page: Chromium, driven by what is seen on the screen."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from ui.texts import Texts

_OPTIONS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    # What moves on the page would take a core from the models.
    "--force-prefers-reduced-motion",
    "--window-size=1280,800",
]
AXE = "axe-core@4.14.1"


class Browser:
    """A person at the page.

    Args:
        profile: Folder for Chromium's data.
        patience: Seconds to wait for anything at most.
    """

    def __init__(self, profile: Path, patience: float) -> None:
        chromium, driver_path = shutil.which("chromium"), shutil.which("chromedriver")
        if not chromium or not driver_path:
            pytest.skip("needs Debian's packages chromium and chromium-driver")
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for option in [*_OPTIONS, f"--user-data-dir={profile}"]:
            options.add_argument(option)
        options.add_experimental_option("prefs", {"intl.accept_languages": "en"})
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(driver_path))
        self._wait: WebDriverWait[webdriver.Chrome] = WebDriverWait(
            self.driver, patience, ignored_exceptions=[StaleElementReferenceException]
        )

    def screen(self, width: int, height: int, dark: bool = False) -> None:
        """Give the screen a size in CSS pixels, and dark or light."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def open(self, address: str, selector: str) -> None:
        """Load a page and wait until something is seen on it and nothing covers it."""
        self.driver.get(address)
        self.see(selector)
        self.gone("#splash")

    def see(self, selector: str, text: str = "") -> WebElement:
        """Wait until an element is there and visible, with ``text`` in it."""

        def look(driver: webdriver.Chrome) -> WebElement | None:
            for element in driver.find_elements(By.CSS_SELECTOR, selector):
                if element.is_displayed() and text in element.text:
                    return element
            return None

        return self._wait.until(look, f"{selector} with {text!r}")  # type: ignore[return-value]

    def gone(self, selector: str) -> None:
        """Wait until nothing like it is visible."""

        def look(driver: webdriver.Chrome) -> bool:
            found = driver.find_elements(By.CSS_SELECTOR, selector)
            return not any(element.is_displayed() for element in found)

        self._wait.until(look, f"no {selector}")

    def click(self, selector: str, text: str = "") -> None:
        """Wait for an element and click it."""

        def press(driver: webdriver.Chrome) -> bool:
            element = self.see(selector, text)
            driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
            element.click()
            return True

        self._wait.until(press)

    def unfold(self) -> None:
        """Open all that is folded: what replies rest on, and originals."""
        every = "document.querySelectorAll('.evidence, .original')"
        self.run(f"for (const folded of {every}) folded.open = true")

    def ask(self, question: str) -> None:
        """Type a question and press Enter."""
        self.see("#question textarea").send_keys(question, Keys.ENTER)

    def sign_in(self, page: str, key: str, texts: Texts) -> None:
        """Open the operators' page and show a key."""
        self.open(f"{page}operators?lang={texts.language}", ".sign-in")
        self.see(".sign-in button", texts.operators.sign_in)
        self.see(".sign-in input").send_keys(key, Keys.ENTER)
        self.see(".tabs")

    def upload(self, file: Path, content: bytes) -> None:
        """Write a file and send it from the operators' page."""
        file.write_bytes(content)
        self.driver.find_element(By.CSS_SELECTOR, "input[type=file]").send_keys(str(file))
        self.see(".picker", file.name)
        self.click(".upload button")

    def tab_to(self, selector: str, presses: int = 60) -> WebElement:
        """Press the tab key until something like it has the focus."""
        for _ in range(presses):
            if self.run(f"return document.activeElement.matches({json.dumps(selector)})"):
                return self.driver.switch_to.active_element
            ActionChains(self.driver).send_keys(Keys.TAB).perform()
        raise AssertionError(f"{selector} is not reached by keyboard")

    def run(self, script: str) -> object:
        """What a script returns."""
        return self.driver.execute_script(script)

    def until(self, script: str, value: object) -> None:
        """Wait until a script returns a value."""
        self._wait.until(lambda _: self.run(script) == value, f"{script} to be {value!r}")

    def wait(self, look: Callable[[], object], what: str) -> None:
        """Wait until something is the case that the screen does not show."""
        self._wait.until(lambda _: look(), what)

    def network(self, offline: bool = False, upload: int = -1) -> None:
        """Take the network away, give it back, or let through so many bytes a second only."""
        conditions = {"offline": offline, "latency": 0, "downloadThroughput": -1}
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd(
            "Network.emulateNetworkConditions", {**conditions, "uploadThroughput": upload}
        )

    def downloads(self, folder: Path) -> None:
        """Where files are saved that the page offers."""
        behaviour = {"behavior": "allow", "downloadPath": str(folder)}
        self.driver.execute_cdp_cmd("Browser.setDownloadBehavior", behaviour)

    def received(self) -> dict[str, int]:
        """Bytes that came over the network since the last call, by address."""
        addresses: dict[str, str] = {}
        sizes: dict[str, int] = {}
        for entry in self.driver.get_log("performance"):  # type: ignore[no-untyped-call]
            message = json.loads(entry["message"])["message"]
            details = message["params"]
            if message["method"] == "Network.requestWillBeSent":
                addresses[details["requestId"]] = details["request"]["url"]
                sizes.setdefault(details["request"]["url"], 0)
            elif message["method"] == "Network.loadingFinished":
                address = addresses.get(details["requestId"], "")
                sizes[address] = sizes.get(address, 0) + int(details["encodedDataLength"])
        return sizes

    def findings(self) -> list[str]:
        """What axe-core finds serious or critical on the page as it stands."""
        self.run(_axe())
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run().then(({violations}) => done(violations.map("
            "v => [v.impact, v.id, v.nodes[0].html.slice(0, 200)])))"
        )
        return [str(finding) for finding in found if finding[0] in ("serious", "critical")]

    def close(self) -> None:
        """End Chromium."""
        self.driver.quit()


@pytest.fixture(scope="module")
def patience() -> float:
    """Seconds that the browser waits for anything at most."""
    return 30


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory, patience: float) -> Iterator[Browser]:
    """Chromium, for a file of tests."""
    browser = Browser(tmp_path_factory.mktemp("profile"), patience)
    yield browser
    browser.close()


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """Chromium as if it was new, on a desktop's screen."""
    chromium.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    chromium.screen(1280, 800)
    return chromium


@cache
def _axe() -> str:
    """The script of axe-core, from its npm package."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm, to fetch axe-core")
    with TemporaryDirectory() as folder:
        done = subprocess.run([npm, "pack", "--silent", AXE], cwd=folder, check=False, timeout=180)
        if done.returncode:
            pytest.skip("axe-core cannot be fetched")
        (archive,) = Path(folder).glob("axe-core-*.tgz")
        with tarfile.open(archive) as package:
            script = package.extractfile("package/axe.min.js")
            assert script is not None
            return script.read().decode()
