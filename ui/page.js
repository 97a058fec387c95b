() => {
	// The Enter that ends a Hangul syllable must not send the question.
	window.addEventListener(
		"keydown",
		(event) => {
			if (event.key === "Enter" && event.isComposing) event.stopImmediatePropagation();
		},
		true,
	);
	// The page has a <base>, so that a plain "#…" link would load it anew and lose the conversation.
	document.addEventListener("click", (event) => {
		const link = event.target.closest?.("a.citation");
		if (!link) return;
		event.preventDefault();
		const card = document.getElementById(link.hash.slice(1));
		card?.focus({ preventScroll: true });
		card?.scrollIntoView({ block: "center", behavior: "smooth" });
	});
}
