// <form data-upload> with a file field: drop a file on it, see how far it is, read the server's own words if it refuses.
import { noAnswer, sessionEnded } from "./session.js";

const REFUSED = new Set([400, 409, 413, 415, 422]);

function sizeInWords(bytes) {
  const megabytes = bytes / 1048576;
  const shown = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  return megabytes >= 0.1 ? `${shown.format(megabytes)} MB` : `${shown.format(Math.max(bytes / 1024, 0.1))} kB`;
}

function showChosen(form) {
  const files = [...form.querySelector("input[type=file]").files];
  const place = form.querySelector("[data-upload-chosen]");
  if (place) place.textContent = files.map((file) => `${file.name} (${sizeInWords(file.size)})`).join(", ");
}

function say(form, text) {
  const place = form.querySelector("[data-upload-error]");
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
}

// A refusal comes as JSON {"error": "…"}, or as a whole page with the form, which then replaces this one.
function refused(form, xhr) {
  if ((xhr.getResponseHeader("Content-Type") ?? "").startsWith("application/json")) {
    const told = JSON.parse(xhr.responseText);
    return say(form, told.error ?? told.detail ?? xhr.statusText);
  }
  showPage(xhr);
}

function showPage(xhr) {
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const main = page.querySelector("main");
  if (!main) return noAnswer();
  document.querySelector("main").replaceWith(document.adoptNode(main));
  document.title = page.title;
  window.htmx?.process(document.querySelector("main"));
  begin(document);
}

function answered(form, xhr) {
  const signIn = document.body.dataset.signIn;
  if (xhr.status === 401 || (signIn && new URL(xhr.responseURL).pathname === signIn)) return sessionEnded();
  if (REFUSED.has(xhr.status)) return refused(form, xhr);
  if (xhr.status >= 400) return noAnswer();
  if (new URL(xhr.responseURL).pathname !== location.pathname) return location.assign(xhr.responseURL);
  showPage(xhr);
}

function send(form) {
  const bar = form.querySelector("progress");
  const button = form.querySelector("[type=submit], button:not([type])");
  const xhr = new XMLHttpRequest();
  const finish = () => {
    if (bar) bar.hidden = true;
    if (button) button.disabled = false;
  };
  xhr.upload.addEventListener("progress", (event) => {
    if (!bar || !event.lengthComputable) return;
    bar.hidden = false;
    bar.max = event.total;
    bar.value = event.loaded;
  });
  xhr.addEventListener("load", () => (finish(), answered(form, xhr)));
  xhr.addEventListener("error", () => (finish(), noAnswer()));
  say(form, "");
  xhr.open("POST", form.action || location.href);
  xhr.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  xhr.send(new FormData(form));
  if (button) button.disabled = true;
}

function prepare(form) {
  form.dataset.uploadReady = "1";
  const input = form.querySelector("input[type=file]");
  const zone = form.querySelector("[data-drop]") ?? form;
  input.addEventListener("change", () => showChosen(form));
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (event) => (event.preventDefault(), zone.setAttribute("data-over", "")));
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.removeAttribute("data-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

function begin(root) {
  for (const form of root.querySelectorAll("form[data-upload]:not([data-upload-ready])")) prepare(form);
}

begin(document);
document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
