// Speaking in the place of typing, and listening in the place of reading, where the browser can.
// The style sheet shows the buttons of what the root element has a class for.
(() => {
	"use strict";

	const root = document.documentElement;
	const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
	const TAGS = { ko: "ko-KR", ar: "ar-SA", en: "en-US" };
	const voices = () => window.speechSynthesis?.getVoices() ?? [];
	const spokenBy = (language) => voices().find(({ lang }) => lang.toLowerCase().startsWith(language));
	let recognition = null;

	root.classList.toggle("listens", !!Recognition);

	// Browsers learn of their voices after a while.
	function offer() {
		for (const language of Object.keys(TAGS)) {
			root.classList.toggle(`speaks-${language}`, !!spokenBy(language));
		}
	}
	offer();
	window.speechSynthesis?.addEventListener("voiceschanged", offer);

	function listen(button) {
		if (recognition) return recognition.stop();
		const box = document.querySelector("#question textarea");
		const before = box.value.trim() && `${box.value.trim()} `;
		recognition = new Recognition();
		recognition.lang = TAGS[button.lang];
		recognition.interimResults = true;
		recognition.onresult = ({ results }) => {
			window.trilogue.fill(box, before + [...results].map(([best]) => best.transcript).join(""));
		};
		recognition.onerror = ({ error }) => {
			const refused = ["not-allowed", "service-not-allowed", "audio-capture", "network"];
			if (refused.includes(error)) window.trilogue.toast(button.dataset.refused);
		};
		recognition.onend = () => {
			recognition = null;
			button.setAttribute("aria-pressed", "false");
			box.focus();
		};
		button.setAttribute("aria-pressed", "true");
		recognition.start();
	}

	function speak(button) {
		const speaking = button.getAttribute("aria-pressed") === "true";
		speechSynthesis.cancel();
		if (speaking) return;
		const said = new SpeechSynthesisUtterance(button.dataset.speak);
		said.voice = spokenBy(button.lang) ?? null;
		said.lang = TAGS[button.lang];
		said.onend = said.onerror = () => button.setAttribute("aria-pressed", "false");
		button.setAttribute("aria-pressed", "true");
		speechSynthesis.speak(said);
	}

	document.addEventListener("click", (event) => {
		const button = event.target.closest("button.listen, [data-speak]");
		if (button) ("speak" in button.dataset ? speak : listen)(button);
	});
	addEventListener("pagehide", () => window.speechSynthesis?.cancel());
})();
