// <form data-keep>: what is typed goes to the node by itself a few seconds later, and as soon as a field is left. A page
// that saves so knows the version that it made; of a change made elsewhere it is told, and then leaves off. Nothing stays
// in the browser: it is of patients, and machines in wards are shared.
import { sessionEnded } from "./session.js";

const PAUSE = 4000;
const LONGEST_WAIT = 60000;

function watch(form) {
  const told = document.querySelector("[data-kept]");
  const broken = told?.dataset.broken ?? "";
  let changed = false;
  let stopped = false;
  let wait = PAUSE;
  let timer = 0;
  let sending = null;

  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(keep, pause);
  };

  function taken(said) {
    for (const field of document.querySelectorAll("input[name=version]")) field.value = said.version;
    if (told) told.textContent = said.kept;
    for (const [name, words] of Object.entries(said.live ?? {})) {
      const place = document.querySelector(`[data-live="${name}"]`);
      if (place) [place.textContent, place.hidden] = [words, !words];
    }
    wait = PAUSE;
  }

  function refused(said) {
    stopped = true;
    const place = form.querySelector("[data-conflict]");
    if (!place) return;
    place.querySelector("[data-conflict-words]").textContent = said.error;
    place.hidden = false;
  }

  async function send(options) {
    changed = false;
    const data = new FormData(form);
    for (const field of form.querySelectorAll("[data-keep-not]")) data.delete(field.name);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data), headers: { Accept: "application/json" }, ...options });
      if (answer.redirected || answer.status === 401 || answer.status === 403) {
        stopped = true;
        return sessionEnded();
      }
      const said = await answer.json();
      if (answer.ok) taken(said);
      else refused(said);
    } catch {
      changed = true;
      if (told) told.textContent = broken;
      wait = Math.min(2 * wait, LONGEST_WAIT);
      later(wait);
    }
  }

  function keep(options = {}) {
    clearTimeout(timer);
    if (!changed || stopped) return sending;
    sending ??= send(options).finally(() => {
      sending = null;
      if (changed && !stopped) later(wait);
    });
    return sending;
  }

  form.addEventListener("input", (event) => {
    if (event.target.closest("[data-keep-not]")) return;
    changed = true;
    later(wait);
  });
  form.addEventListener("change", () => later(200));
  form.addEventListener("files:told", () => {
    changed = true;
    later(0);
  });
  window.addEventListener("online", () => changed && later(0));
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep({ keepalive: true }));
  // A step that is left while it is being kept would meet its own change: it waits for the answer.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    changed = false;
    if (!sending) {
      stopped = true;
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    const goOn = () => form.requestSubmit(button);
    Promise.race([sending, new Promise((resolve) => setTimeout(resolve, 8000))]).then(() => {
      sending = null;
      goOn();
    });
  });
}

// <button data-add-row="x"> copies the empty row of <template data-empty-row="x"> to the rows of <div data-rows="x">.
function addRow(button) {
  const name = button.dataset.addRow;
  const count = button.form.elements[`${name}-count`];
  const empty = document.querySelector(`template[data-empty-row="${name}"]`);
  const rows = document.querySelector(`[data-rows="${name}"]`);
  if (!count || !empty || !rows) return false;
  const made = document.createElement("template");
  made.innerHTML = empty.innerHTML.replaceAll("__n__", count.value);
  count.value = Number(count.value) + 1;
  const row = made.content.firstElementChild;
  rows.append(made.content);
  document.dispatchEvent(new CustomEvent("rows:added", { detail: row }));
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  return true;
}

for (const form of document.querySelectorAll("form[data-keep]")) watch(form);
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-add-row]");
  if (button && addRow(button)) event.preventDefault();
});
