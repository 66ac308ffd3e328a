// Runs before the first paint: the server knows only what was chosen, the browser also what the system prefers.
const root = document.documentElement;
const system = window.matchMedia("(prefers-color-scheme: dark)");

root.classList.add("with-script");
const chosen = root.hasAttribute("data-bs-theme");

function show(theme) {
  root.setAttribute("data-bs-theme", theme);
  document.dispatchEvent(new CustomEvent("theme:changed", { detail: theme }));
}

if (!chosen) show(system.matches ? "dark" : "light");
system.addEventListener("change", (event) => {
  if (!document.cookie.includes("theme=")) show(event.matches ? "dark" : "light");
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  const theme = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  show(theme);
});

// Paper is white.
let shownOnScreen = null;
window.addEventListener("beforeprint", () => {
  shownOnScreen = root.getAttribute("data-bs-theme");
  if (shownOnScreen === "dark") show("light");
});
window.addEventListener("afterprint", () => {
  if (shownOnScreen === "dark") show("dark");
});
