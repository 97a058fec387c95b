// The browser's history and its tabs. Back closes what is open over the page and steps through
// conversations; tabs of one browser, whose conversations are the same, show each other's turns.
(() => {
	"use strict";

	const tabs = new BroadcastChannel("trilogue");
	// How many entries of the history stand for what is open.
	let depth = history.state?.depth ?? 0;
	let leaving = false;
	let stepping = false;
	// Null until the server has read the address.
	let shown = null;
	let state = "";
	let act = () => {};

	// What is open, what is on top of it last.
	const layers = () => [
		...(document.body.classList.contains("drawer-open") ? [document.querySelector("[data-drawer]")] : []),
		...document.querySelectorAll("details:is(.menu, .edit)[open], dialog[open]"),
	];

	function close(layer) {
		if (layer.matches("dialog")) layer.close();
		else if (layer.matches("details")) layer.open = false;
		else layer.click();
	}

	// An entry for each: what is closed by other means than Back takes its entry along.
	function settle() {
		const open = layers().length;
		while (depth < open) history.pushState({ depth: ++depth }, "");
		if (depth > open) {
			leaving = true;
			history.go(open - depth);
			depth = open;
		}
	}

	// What the address says besides the conversation; earlier entries say what was then.
	const said = new Map();

	function say(name, value) {
		said.set(name, value);
		tellAddress();
	}

	function tellAddress() {
		const address = new URL(location.href);
		for (const [name, value] of said) {
			if (value) address.searchParams.set(name, value);
			else address.searchParams.delete(name);
		}
		if (address.href !== location.href) history.replaceState(history.state, "", address);
	}

	const named = () => new URLSearchParams(location.search).get("conversation") ?? "";

	addEventListener("popstate", (event) => {
		leaving = false;
		depth = event.state?.depth ?? 0;
		const open = layers();
		for (const layer of open.slice(depth).reverse()) close(layer);
		settle();
		tellAddress();
		if (shown === null || named() === shown) return;
		stepping = true;
		act(named() ? { act: "pick", value: named() } : { act: "new" });
	});

	// Which conversation the page shows now, and what of it.
	function show(transcript, acting) {
		if (leaving) {
			addEventListener("popstate", () => setTimeout(() => show(transcript, acting)), { once: true });
			return;
		}
		act = acting;
		const before = shown;
		shown = transcript.dataset.conversation;
		// On the way to a conversation, the ones between are passed.
		const passed = stepping && shown !== named() && !transcript.querySelector(":scope > .failure");
		if (shown !== named() && !passed) {
			const address = new URL(location.href);
			if (shown) address.searchParams.set("conversation", shown);
			else address.searchParams.delete("conversation");
			if (before === null || stepping) history.replaceState(history.state, "", address);
			else history.pushState({ depth }, "", address);
		}
		stepping = passed;
		tell(before !== null);
	}

	function entitle() {
		const current = document.querySelector(".conversations .current bdi");
		document.title = current ? `${current.textContent} · Trilogue` : "Trilogue";
	}

	// What a conversation looks like, in whatever language.
	function tell(aloud = true) {
		const turns = [...document.querySelectorAll(".transcript .turn")].map((turn) => [
			turn.dataset.reply || turn.id,
			"live" in turn.dataset,
			turn.querySelector(".rating [aria-pressed=true]")?.id.split("-")[0],
		]);
		const now = JSON.stringify([shown, turns]);
		if (now === state) return;
		state = now;
		if (aloud) tabs.postMessage(state);
	}

	tabs.onmessage = ({ data }) => {
		if (shown !== null && data !== state) act({ act: "sync" });
	};

	// The list of conversations has changed, and nothing on this page knows yet.
	function changed() {
		tabs.postMessage("");
		act({ act: "sync" });
	}

	function watch() {
		const observed = (names) => ({ attributes: true, attributeFilter: names });
		new MutationObserver(settle).observe(document.body, { subtree: true, ...observed(["open"]) });
		new MutationObserver(settle).observe(document.body, observed(["class"]));
	}
	// Gradio adds scripts to the page when it is there already.
	if (document.body) watch();
	else document.addEventListener("DOMContentLoaded", watch);
	// Where a question is edited, the box has the focus; Enter sends, as where it was asked.
	document.addEventListener(
		"toggle",
		({ target }) => {
			if (!target.matches("details.edit[open]")) return;
			const box = target.querySelector("textarea");
			box.focus();
			box.setSelectionRange(box.value.length, box.value.length);
		},
		{ capture: true },
	);
	document.addEventListener("keydown", (event) => {
		const edited = event.target.closest("details.edit");
		if (!edited) return;
		if (event.key === "Escape") {
			edited.open = false;
			edited.querySelector("summary").focus();
		}
		const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
		if (!sends || !event.target.matches("textarea")) return;
		event.preventDefault();
		edited.querySelector("form").requestSubmit();
	});

	window.trilogue = { ...window.trilogue, say, show, tell, entitle, changed, settle };
})();
