// What is typed into <form data-draft="key"> is kept in this browser, per person, until the server says it has it.
const WEEK = 7 * 24 * 3600 * 1000;
const person = document.body.dataset.person ?? "";
const mine = `draft:${person}:`;

const storage = (() => {
  try {
    localStorage.setItem("draft-probe", "1");
    localStorage.removeItem("draft-probe");
    return localStorage;
  } catch {
    return null; // private windows may refuse; the form works without
  }
})();

function keys(prefix) {
  return storage ? Object.keys(storage).filter((key) => key.startsWith(prefix)) : [];
}

// Secrets, files and what the server put there itself are never kept.
function kept(field) {
  return field.name && !field.disabled && !["password", "file", "hidden", "submit", "button"].includes(field.type) && !field.closest("[data-draft-not]");
}

function valueOf(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  return field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value;
}

function setValue(field, value) {
  if (field.type === "checkbox" || field.type === "radio") field.checked = value;
  else if (field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
  else field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function nameOf(field) {
  return ["checkbox", "radio"].includes(field.type) ? `${field.name}=${field.value}` : field.name;
}

function read(form) {
  return Object.fromEntries([...form.elements].filter(kept).map((field) => [nameOf(field), valueOf(field)]));
}

function write(form, values) {
  for (const field of [...form.elements].filter(kept)) if (nameOf(field) in values) setValue(field, values[nameOf(field)]);
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function offerToDiscard(form, key, asServed) {
  const note = document.getElementById("draft-restored")?.content.firstElementChild.cloneNode(true);
  if (!note) return;
  note.querySelector("[data-draft-discard]").addEventListener("click", () => {
    storage.removeItem(key);
    write(form, asServed);
    note.remove();
    form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  });
  form.prepend(note);
}

function restore(form, key, asServed) {
  const saved = storage.getItem(key);
  if (!saved) return;
  const { at, values } = JSON.parse(saved);
  if (Date.now() - at > WEEK) return storage.removeItem(key);
  if (same({ ...asServed, ...values }, asServed)) return;
  write(form, values);
  offerToDiscard(form, key, asServed);
}

function watch(form) {
  const key = mine + form.dataset.draft;
  const asServed = read(form);
  restore(form, key, asServed);
  let timer = 0;
  const keep = () => {
    const values = read(form);
    if (same(values, asServed)) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify({ at: Date.now(), values }));
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 250);
  });
  form.addEventListener("submit", keep);
  window.addEventListener("pagehide", () => form.isConnected && timer && keep());
}

export function forget(draft) {
  storage?.removeItem(mine + draft);
}

function begin(root) {
  for (const note of root.querySelectorAll("[data-draft-saved]")) forget(note.dataset.draftSaved);
  if (!storage) return;
  for (const form of root.querySelectorAll("form[data-draft]")) {
    if (form.dataset.draftWatched) continue;
    form.dataset.draftWatched = "1";
    watch(form);
  }
}

begin(document);
document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
// On a shared computer nothing typed stays behind the person who signs out.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-forget-drafts]")) for (const key of keys(mine)) storage.removeItem(key);
});
