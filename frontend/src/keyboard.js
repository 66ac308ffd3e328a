// j k x Enter on any [data-keyboard-list] with [data-row]s; / to search; ? for help. Keys typed into fields are left alone.
import { openDialog } from "./dialog.js";

const ROW = "[data-row]";

function typing(target) {
  return target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog") != null;
}

function rows() {
  const list = document.querySelector("[data-keyboard-list]");
  return list ? [...list.querySelectorAll(ROW)].filter((row) => row.offsetParent !== null) : [];
}

function currentRow() {
  return document.querySelector(`${ROW}[data-current]`);
}

function goTo(row) {
  if (!row) return;
  for (const other of document.querySelectorAll(`${ROW}[data-current]`)) other.removeAttribute("data-current");
  row.setAttribute("data-current", "");
  if (!row.hasAttribute("tabindex")) row.setAttribute("tabindex", "-1");
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const at = all.indexOf(currentRow());
  goTo(at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[Math.max(0, Math.min(all.length - 1, at + by))]);
}

function select() {
  currentRow()?.querySelector("input[type=checkbox]")?.click();
}

function open() {
  const row = currentRow();
  (row?.querySelector("a[data-open]") ?? row?.querySelector("a[href]"))?.click();
}

export function help() {
  openDialog("keys", (dialog) => {
    if (rows().length) return;
    for (const line of dialog.querySelectorAll("[data-list-keys]")) line.remove();
  });
}

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  x: select,
  "/": () => document.querySelector("input[type=search]")?.focus(),
  "?": help,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && event.target.matches?.("input[type=search]")) return event.target.blur();
  if (typing(event.target)) return;
  // A link or button that has the focus keeps its own Enter; a row or the page opens the current row.
  if (event.key === "Enter" && currentRow() && (event.target === document.body || event.target.matches(`${ROW}, ${ROW} input[type=checkbox]`))) {
    event.preventDefault();
    return open();
  }
  const act = ACTS[event.key];
  if (!act || (event.key !== "?" && event.key !== "/" && !rows().length)) return;
  event.preventDefault();
  act();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.(`[data-keyboard-list] ${ROW}`);
  if (row && !row.hasAttribute("data-current")) {
    for (const other of document.querySelectorAll(`${ROW}[data-current]`)) other.removeAttribute("data-current");
    row.setAttribute("data-current", "");
  }
});
document.addEventListener("click", (event) => event.target.closest("[data-keys-open]") && help());
