// Light or dark, before anything is painted.
(() => {
	"use strict";

	const root = document.documentElement;
	const darkScreen = matchMedia("(prefers-color-scheme: dark)");

	function cookie(name) {
		return document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`))?.[1];
	}

	function remember(name, value) {
		document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
	}

	function setTheme(theme = cookie("trilogue_theme")) {
		const dark = theme ? theme === "dark" : darkScreen.matches;
		root.classList.toggle("dark", dark);
		document.body?.classList.toggle("dark", dark);
	}

	function switchTheme() {
		const theme = root.classList.contains("dark") ? "light" : "dark";
		remember("trilogue_theme", theme);
		setTheme(theme);
	}

	setTheme();
	darkScreen.addEventListener("change", () => setTheme());
	document.addEventListener("DOMContentLoaded", () => setTheme());

	window.trilogue = { remember, switchTheme };
})();
