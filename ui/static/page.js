// What Gradio cannot do: follow replies as they come, previews of citations, dialogs, copying, the
// theme, the drawer of the phone's layout, and uploads. Every button of the page's own HTML says in its data what it is
// for; `act` hands that to the server, which answers with new HTML.
(() => {
	"use strict";

	const root = document.documentElement;
	// Each time is two requests, and an operator's key may send sixty in a minute.
	const POLL_MS = 4000;
	const following = new Map();
	const attached = new WeakSet();

	function setLanguage(language) {
		root.lang = language;
		root.dir = language === "ar" ? "rtl" : "ltr";
	}

	// The box that is there before Gradio's: what was written into it is not lost.

	const splash = document.getElementById("splash");

	function sendEarly(event) {
		event.preventDefault();
		const box = splash.querySelector("textarea");
		if (!box.value.trim()) return;
		box.readOnly = true;
		splash.querySelector(".status").textContent = box.dataset.sent;
	}

	splash?.addEventListener("submit", sendEarly);
	splash?.addEventListener("keydown", (event) => {
		if (event.key === "Enter" && !event.shiftKey && !event.isComposing) sendEarly(event);
	});

	function takeOver(act) {
		if (!splash?.isConnected) return;
		const early = splash.querySelector("textarea");
		const box = document.querySelector("#question textarea");
		if (early?.readOnly) act({ act: "ask", value: early.value });
		else if (early?.value) fill(box, early.value);
		if (early && early === document.activeElement) box.focus();
		splash.remove();
	}

	// As if it was typed, so that Gradio knows.
	function fill(box, text) {
		box.value = text;
		box.dispatchEvent(new Event("input", { bubbles: true }));
	}

	function announce(text) {
		let place = document.getElementById("announcer");
		if (!place) {
			place = document.createElement("p");
			place.id = "announcer";
			place.className = "visually-hidden";
			place.setAttribute("role", "status");
			document.body.append(place);
		}
		if (place.textContent !== text) place.textContent = text;
	}

	function toast(text) {
		document.querySelector(".trilogue-toast")?.remove();
		const note = document.createElement("div");
		note.className = "trilogue-toast";
		note.lang = root.lang;
		note.dir = root.dir;
		note.textContent = text;
		document.body.append(note);
		announce(text);
		setTimeout(() => note.remove(), 4000);
	}

	// Replies as they come. EventSource comes back by itself after an interruption, and each
	// event has all that there is to show.

	function follow(turn, act) {
		const address = turn.dataset.live;
		following.get(turn.id)?.close();
		let last = "";
		const source = new EventSource(address);
		following.set(turn.id, source);
		source.onopen = () => note(".reconnecting").hidden = true;
		source.onmessage = (event) => {
			note(".reconnecting").hidden = true;
			const { html, status, reply, done } = JSON.parse(event.data);
			const place = document.querySelector(`#${turn.id} > .reply`);
			if (place && last !== html) {
				last = html;
				// In this order, so that the page is never shorter than where it is scrolled to.
				grow(place, html);
				place.parentElement.dataset.reply = reply;
				if (done) tellReady(turn.id);
				work(status);
				const told = note(".status").firstChild ?? place.querySelector(".status, .outcome, .failure");
				announce(told?.textContent.trim() ?? "");
			}
			if (done) end();
		};
		source.onerror = () => {
			// Closed for good: the server does not know the reply any more. What it has stored is
			// shown instead.
			if (source.readyState === EventSource.CLOSED) {
				const conversation = document.querySelector("[data-conversation]");
				end("pick", conversation?.dataset.conversation ?? "");
			} else {
				note(".reconnecting").hidden = false;
			}
		};
		function end(name = "finished", value = "") {
			source.close();
			following.delete(turn.id);
			document.getElementById(turn.id)?.removeAttribute("data-live");
			window.trilogue.tell();
			window.trilogue.suggest();
			act({ act: name, value });
		}
	}

	// What stands above the box: what is happening, and where an answer is that came out of sight.

	const note = (selector) => document.querySelector(`#notes ${selector}`) ?? document.createElement("p");

	function work(status) {
		note(".status").innerHTML = status;
		note(".status").hidden = !status;
	}

	function tellReady(turn) {
		const ready = note(".ready");
		const answer = document.getElementById(turn)?.querySelector(".reply > :first-child");
		const top = answer?.getBoundingClientRect().top ?? 0;
		ready.dataset.ready = turn;
		ready.classList.toggle("above", top < 0);
		ready.hidden = top >= 0 && top < document.querySelector("#composer").getBoundingClientRect().top;
	}

	function moved() {
		unpeek();
		const ready = document.querySelector("#notes .ready:not([hidden])");
		if (ready) tellReady(ready.dataset.ready);
	}

	document.addEventListener("scroll", moved, { passive: true });

	// The first answer folds the evidence below it, unless it is being read: then that stays where
	// it is on the screen.
	function grow(place, html) {
		const evidence = () => place.querySelector(".evidence");
		const away = place.getBoundingClientRect().top < 0;
		const folds = !away && !place.querySelector(".answer");
		const opened = [...place.querySelectorAll("details[open]")].filter((e) => !(folds && e === evidence()));
		const before = evidence()?.getBoundingClientRect().top;
		replace(place, html);
		for (const { id } of opened) document.getElementById(id)?.setAttribute("open", "");
		if (away && before !== undefined && evidence()) {
			scrollBy({ top: evidence().getBoundingClientRect().top - before, behavior: "instant" });
		}
	}

	// Keeps the keyboard's place while HTML under it is replaced.
	function replace(place, html) {
		const focused = place.contains(document.activeElement) ? document.activeElement : null;
		const mark = focused && marked(focused);
		place.innerHTML = html;
		if (mark) document.querySelector(mark)?.focus({ preventScroll: true });
	}

	function marked(element) {
		if (element.id) return `#${CSS.escape(element.id)}`;
		const { act, value, dialog } = element.dataset;
		const by = (name, text) => (text === undefined ? "" : `[data-${name}="${CSS.escape(text)}"]`);
		const all = by("act", act) + by("dialog", dialog) + by("value", value);
		return all || null;
	}

	// How long the question is. What is too long is not sent.

	let tooLong = false;

	function measure() {
		const place = document.querySelector("#notes [data-limit]");
		const box = document.querySelector("#question textarea");
		if (!place || !box) return;
		const limit = Number(place.dataset.limit);
		const left = leftOf(limit, box);
		const near = left <= limit / 5;
		const news = near !== !!place.textContent || tooLong !== left < 0;
		tooLong = left < 0;
		place.textContent = near ? lengthOf(place, left, limit) : "";
		place.classList.toggle("over", tooLong);
		box.setAttribute("aria-invalid", String(tooLong));
		document.body.classList.toggle("too-long", tooLong);
		// Not with every letter.
		if (near && news) announce(place.textContent);
	}

	// The service counts code points.
	function leftOf(limit, box) {
		return limit - [...box.value.trim()].length;
	}

	function lengthOf(place, left, limit) {
		const { dataset } = place;
		const { lang } = place.closest("[lang]");
		const forms = JSON.parse(left < 0 ? dataset.over : dataset.left);
		const count = Math.abs(left);
		// Latin digits, as everywhere on the page.
		const digits = new Intl.NumberFormat(`${lang}-u-nu-latn`);
		return forms[new Intl.PluralRules(lang).select(count)]
			.replace("{count}", digits.format(count))
			.replace("{limit}", digits.format(limit));
	}

	function holdBack(event) {
		const sends =
			event.type === "click"
				? event.target.closest("#send")
				: event.key === "Enter" && !event.shiftKey && event.target.closest("#question");
		if (!tooLong || !sends) return;
		event.preventDefault();
		event.stopImmediatePropagation();
		announce(note(".length").textContent);
	}

	document.addEventListener("input", measure);
	for (const name of ["click", "keydown", "keypress"]) {
		document.addEventListener(name, holdBack, { capture: true });
	}

	// Dialogs

	const touched = matchMedia("(pointer: coarse)");
	const dialog = (id) => document.getElementById(id);

	function openDialog(id, data = {}) {
		const shown = dialog(id);
		if (!shown) return;
		const form = shown.querySelector("form");
		if (form) {
			form.reset();
			form.dataset.value = data.value ?? "";
			if (form.elements.text) form.elements.text.value = data.text ?? "";
		}
		shown.showModal();
		if (data.load) load(shown.querySelector(".loaded"), data);
	}

	// What a dialog shows of the server, and how it answers to its buttons.
	async function load(place, { load: address, method }) {
		place.replaceChildren(place.parentElement.querySelector("template").content.cloneNode(true));
		const response = await fetch(address, { method: method ?? "GET" }).catch(() => null);
		place.innerHTML = (await response?.text()) ?? "";
		if (!response) place.parentElement.close();
		// Where a finger would get a keyboard over what it wants to see, nothing has the focus.
		if (!touched.matches) place.querySelector("[type=search], .primary")?.focus();
		if (method) window.trilogue.changed();
	}

	// The list of documents, as what is typed and chosen above it wants it.
	let asked = 0;

	function filter(form) {
		clearTimeout(asked);
		const mine = (asked = setTimeout(async () => {
			const wanted = new URLSearchParams(new FormData(form));
			wanted.set("part", "list");
			const response = await fetch(`${form.dataset.filter}?${wanted}`).catch(() => null);
			const html = await response?.text();
			if (!response?.ok || mine !== asked) return;
			const place = form.querySelector(".works");
			place.innerHTML = html;
			announce(place.querySelector(".count").textContent);
		}, 150));
	}

	async function openSource(href) {
		const shown = dialog("source");
		if (!shown) return location.assign(href);
		const place = shown.querySelector(".loaded");
		place.replaceChildren(shown.querySelector("template").content.cloneNode(true));
		if (!shown.open) shown.showModal();
		try {
			const response = await fetch(`${href}&part=1`);
			place.innerHTML = await response.text();
		} catch {
			return location.assign(href);
		}
		place.focus({ preventScroll: true });
		(place.querySelector("#quote") ?? place.querySelector(".passage"))?.scrollIntoView({ block: "center" });
	}

	// Clicks and forms

	function clicked(event, element, act) {
		const target = event.target.closest("button, a");
		if (!target || !element.contains(target)) return;
		const data = target.dataset;
		const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
		if (target.matches("a.citation")) {
			event.preventDefault();
			if (event.pointerType === "touch") peek(target);
			else jump(target.hash.slice(1));
		} else if (target.matches("a.skip")) {
			event.preventDefault();
			document.querySelector("#question textarea")?.focus();
		} else if ("source" in data && plain) {
			event.preventDefault();
			openSource(target.getAttribute("href"));
		} else if ("ready" in data) {
			document.getElementById(data.ready)?.scrollIntoView({ block: "start", behavior: "smooth" });
		} else if ("close" in data) {
			target.closest("dialog").close();
		} else if ("fold" in data) {
			target.closest("details").open = false;
		} else if ("dialog" in data && plain) {
			event.preventDefault();
			openDialog(data.dialog, data);
		} else if ("load" in data) {
			load(target.closest(".loaded"), data);
		} else if ("copy" in data) {
			copy(data.copy, data.say);
		} else if ("share" in data) {
			copy(new URL(`${data.share}?lang=${root.lang}`, location.href).href, data.say);
		} else if ("theme" in data) {
			window.trilogue.switchTheme();
		} else if ("drawer" in data) {
			drawer(!document.body.classList.contains("drawer-open"));
		} else if ("act" in data && plain) {
			// A link opens elsewhere if that is wished.
			event.preventDefault();
			if (data.act === "language") {
				window.trilogue.remember("trilogue_language", data.value);
				setLanguage(data.value);
				window.trilogue.say("lang", data.value);
			}
			if (data.act === "pick") drawer(false);
			act({ act: data.act, value: data.value ?? "" });
		}
		const menu = target.closest("details.menu");
		if (menu && !target.closest("summary")) menu.open = false;
	}

	// A question that was edited and is too long stays in its box, with what to do.
	function isTooLong(form) {
		const place = document.querySelector("#notes [data-limit]");
		const box = form.elements.text;
		if (form.dataset.form !== "edit" || !place || !box) return false;
		const limit = Number(place.dataset.limit);
		const left = leftOf(limit, box);
		box.setAttribute("aria-invalid", String(left < 0));
		if (left < 0) toast(lengthOf(place, left, limit));
		return left < 0;
	}

	function submitted(event, act) {
		const form = event.target;
		event.preventDefault();
		if (form.dataset.upload) return upload(form, act);
		if (event.submitter?.matches(".look")) return filter(form);
		if (isTooLong(form)) return;
		const data = new FormData(form, event.submitter);
		form.closest("dialog")?.close();
		const chosen = data.get("ask") === "all" ? [] : data.getAll("document");
		const value = form.dataset.value ?? chosen.join(",");
		act({ ...Object.fromEntries(data), act: form.dataset.form, value });
	}

	function jump(id) {
		const card = document.getElementById(id);
		unpeek();
		card?.closest("details")?.setAttribute("open", "");
		card?.focus({ preventScroll: true });
		card?.scrollIntoView({ block: "center", inline: "nearest", behavior: "smooth" });
	}

	// A citation's card beside its mark, for whoever points at it, reaches it by keyboard or taps it.

	const preview = document.createElement("aside");
	preview.className = "preview";
	preview.popover = "manual";
	preview.addEventListener("click", (event) => clicked(event, preview));
	let waiting = 0;

	function peek(mark) {
		const card = document.getElementById(mark.hash.slice(1));
		if (!card) return;
		const { lang, dir } = card.closest("[lang]");
		Object.assign(preview, { lang, dir, innerHTML: card.innerHTML.replace(/ id="[^"]*"/g, "") });
		document.body.append(preview);
		preview.showPopover();
		const [box, { top, bottom, left }] = [preview.getBoundingClientRect(), mark.getBoundingClientRect()];
		const lowest = innerHeight - box.height - 8;
		const above = bottom + 8 > lowest && top > box.height + 16;
		preview.style.top = `${above ? top - box.height - 8 : Math.min(bottom + 8, lowest)}px`;
		preview.style.left = `${Math.max(8, Math.min(left, innerWidth - box.width - 8))}px`;
	}

	function unpeek() {
		clearTimeout(waiting);
		preview.remove();
	}

	document.addEventListener("pointerover", ({ target }) => {
		const mark = target.closest("a.citation");
		clearTimeout(waiting);
		// Not at once: the pointer may only pass by, or be on its way to the preview.
		const wanted = !preview.contains(target) && (mark || preview.isConnected);
		if (wanted) waiting = setTimeout(() => (mark ? peek(mark) : unpeek()), 250);
	});
	document.addEventListener("focusin", ({ target }) => {
		if (target.matches("a.citation:focus-visible")) peek(target);
		else if (!preview.contains(target)) unpeek();
	});

	async function copy(text, say) {
		try {
			await navigator.clipboard.writeText(text);
		} catch {
			// Without a secure connection there is no clipboard for scripts.
			const box = document.createElement("textarea");
			box.value = text;
			document.body.append(box);
			box.select();
			document.execCommand("copy");
			box.remove();
		}
		toast(say);
	}

	function drawer(open) {
		document.body.classList.toggle("drawer-open", open);
		document.querySelector("[data-drawer]")?.setAttribute("aria-expanded", String(open));
		if (open) document.querySelector("#new")?.focus();
	}

	document.addEventListener("keydown", (event) => {
		if (event.key !== "Escape") return;
		const menu = document.querySelector("details.menu[open]");
		if (preview.isConnected) {
			unpeek();
		} else if (menu) {
			menu.open = false;
			menu.querySelector("summary").focus();
		} else if (document.body.classList.contains("drawer-open")) {
			drawer(false);
			document.querySelector("[data-drawer]")?.focus();
		}
	});
	document.addEventListener("click", (event) => {
		for (const menu of document.querySelectorAll("details.menu[open]")) {
			if (!menu.contains(event.target)) menu.open = false;
		}
		const outside = !event.target.closest("#sidebar, [data-drawer], dialog");
		if (outside && document.body.classList.contains("drawer-open")) drawer(false);
		if (event.target.closest("#new")) drawer(false);
	});

	// Uploads, with how far they are

	function upload(form, act) {
		const { uploading, token } = form.dataset;
		// In the page's digits, as the numbers that the server writes.
		const percent = new Intl.NumberFormat(`${form.closest("[lang]").lang}-u-nu-latn`, { style: "percent" });
		const [progress, failed] = [form.querySelector(".progress"), form.querySelector(".failure")];
		const [bar, text] = [progress.querySelector("progress"), progress.querySelector("span")];
		if (!form.elements.files.files.length) return form.elements.files.focus();
		const body = new FormData(form);
		if (!body.get("collection")) body.delete("collection");
		const request = new XMLHttpRequest();
		request.open("POST", form.dataset.upload);
		request.setRequestHeader("X-Operator", token);
		request.upload.onprogress = (event) => {
			bar.value = (100 * event.loaded) / event.total;
			text.textContent = uploading.replace("{percent}", percent.format(event.loaded / event.total));
		};
		request.onloadend = () => {
			progress.hidden = true;
			const answer = parsed(request.responseText);
			if (answer.ingestion) return act({ act: "uploaded", value: answer.ingestion });
			const kind = CSS.escape(answer.kind ?? "unreachable");
			const words = form.querySelector(`template[data-failure="${kind}"]`);
			failed.firstElementChild.textContent = words?.innerHTML ?? "";
			failed.lastElementChild.textContent = answer.detail ?? "";
			failed.hidden = false;
		};
		failed.hidden = true;
		progress.hidden = false;
		request.send(body);
	}

	function parsed(text) {
		try {
			return JSON.parse(text);
		} catch {
			return {};
		}
	}

	// Each component of the page's own HTML

	function refreshed(element, act, turns) {
		const page = element.querySelector("[data-page-language]");
		if (page) setLanguage(page.dataset.pageLanguage);
		if (page) takeOver(act);
		for (const turn of element.querySelectorAll("[data-live]")) follow(turn, act);
		const conversation = element.querySelector("[data-conversation]");
		// Not before the server has read the address, if there is something to read.
		const read = turns !== Infinity || !location.search.includes("conversation=");
		if (conversation && read) window.trilogue.show(conversation, act);
		if (conversation) window.trilogue.suggest();
		if (conversation && read && !element.querySelector("[data-live]")) work("");
		const about = element.querySelector("[data-documents]");
		if (about && turns !== Infinity) window.trilogue.say("documents", about.dataset.documents);
		if (element.querySelector(".conversations")) window.trilogue.entitle();
		// What was open may have been replaced.
		window.trilogue.settle();
		// After Gradio has emptied the box, or filled it again.
		setTimeout(measure, 100);
		const now = element.querySelectorAll(".turn");
		if (now.length > turns) {
			now[now.length - 1].scrollIntoView({ block: "start", behavior: "smooth" });
		}
		return now.length;
	}

	function attach(element, act, watch) {
		if (attached.has(element)) return;
		attached.add(element);
		// Gradio writes its own there when it begins.
		if (splash?.isConnected) setLanguage(splash.lang);
		element.addEventListener("click", (event) => clicked(event, element, act));
		element.addEventListener("submit", (event) => submitted(event, act));
		element.addEventListener("input", ({ target }) => {
			if (target.form?.dataset.filter && target.type !== "checkbox") filter(target.form);
		});
		element.addEventListener("change", (event) => {
			const { choose } = event.target.dataset;
			if (choose) return act({ act: choose, value: event.target.value });
			if (event.target.type !== "file") return;
			const names = [...event.target.files].map((file) => file.name);
			if (names.length) event.target.nextElementSibling.textContent = names.join(" · ");
		});
		// Asked for again by the clock and not by a change: an answer that is the same as the one
		// before is none.
		setInterval(() => {
			const asking = element.querySelector("dialog[open]");
			if (!asking && element.querySelector("[data-poll]")) act({ act: "refresh" });
		}, POLL_MS);
		let turns = refreshed(element, act, Infinity);
		let mark = null;
		element.addEventListener("focusin", (event) => (mark = marked(event.target)));
		element.addEventListener("focusout", (event) => {
			if (event.relatedTarget) mark = null;
		});
		watch("value", () => {
			if (mark && document.activeElement === document.body) {
				document.querySelector(mark)?.focus({ preventScroll: true });
			}
			turns = refreshed(element, act, turns);
		});
	}

	Object.assign(window.trilogue, { attach, fill, toast });
})();
