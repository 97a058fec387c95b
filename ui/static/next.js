// Below the last reply, what could be asked next: made by the server of what the reply cites.
(() => {
	"use strict";

	const known = new Map();

	async function suggest() {
		document.querySelector(".transcript .next")?.remove();
		const turns = [...document.querySelectorAll(".transcript .turn")];
		const last = turns.at(-1);
		const cited = last?.querySelector("a[data-source]")?.getAttribute("href");
		if (!cited || "live" in last.dataset) return;
		const address = cited.replace("/source", "/next");
		if (!known.has(address)) known.set(address, fetch(address).then((answer) => answer.text()));
		const html = await known.get(address).catch(() => "");
		// Meanwhile the page may show something else.
		if (!last.isConnected || "live" in last.dataset || last.querySelector(".next")) return;
		last.insertAdjacentHTML("beforeend", html);
		const asked = turns.map((turn) => turn.dataset.question);
		for (const button of last.querySelectorAll(".next button")) {
			if (asked.includes(button.dataset.value)) button.closest("li").remove();
		}
		if (!last.querySelector(".next li")) last.querySelector(".next")?.remove();
	}

	window.trilogue = { ...window.trilogue, suggest };
})();
