// <div data-files>: files go to the node in ranges as soon as they are chosen. A broken line costs one range: it goes
// on by itself when the line is back, and when the page is opened again and the same file is chosen.
import { sessionEnded } from "./session.js";

const MIB = 1048576;
const WHOLE = 32 * MIB; // up to here the digest of all is told beforehand; browsers cannot make one piece by piece
const LONGEST_WAIT = 30000;

const hexadecimal = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const digest = async (...parts) => (crypto.subtle ? hexadecimal(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer())) : "");
const fingerprint = (file) => digest(`${file.name}\n${file.size}\n`, file.slice(0, MIB), file.slice(Math.max(0, file.size - MIB)));
const token = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
const filled = (text, ...values) => values.reduce((made, value, at) => made.replace(`{${at}}`, value), text);

class LineBroken extends Error {}
class Refused extends Error {}

// Resolves with what the node says. Throws LineBroken where asking again may help, Refused where it does not.
async function ask(url, options = {}) {
  let answer;
  try {
    answer = await fetch(url, { ...options, headers: { "X-CSRFToken": token(), Accept: "application/json", ...options.headers } });
  } catch {
    throw new LineBroken();
  }
  const told = await answer.json().catch(() => null);
  if (answer.redirected || answer.status === 401 || answer.status === 403) {
    sessionEnded();
    throw new LineBroken();
  }
  if (answer.ok && told) return told;
  if (told && typeof told.offset === "number") return { ...told, again: true };
  if (answer.status >= 500 || !told) throw new LineBroken();
  throw new Refused(told.error);
}

function shown(box, file) {
  const row = document.createElement("li");
  const bar = document.createElement("progress");
  const words = document.createElement("span");
  bar.max = file.size;
  words.className = "beside";
  row.append(`${file.name} `, bar, " ", words);
  box.querySelector("[data-files-list]").append(row);
  return { row, bar, words };
}

// "3.1 of 7.4 MB, about 2 minutes left"
function far(box, place, file, offset, begun) {
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const parts = [filled(box.dataset.told, number.format(offset / MIB), number.format(file.size / MIB))];
  const speed = (offset - begun.offset) / (performance.now() - begun.at);
  if (speed > 0 && offset < file.size) {
    const minutes = (file.size - offset) / speed / 60000;
    parts.push(minutes < 1 ? box.dataset.seconds : filled(box.dataset.minutes, Math.round(minutes)));
  }
  place.bar.value = offset;
  place.words.textContent = parts.join(", ");
}

function lineBack(wait) {
  return new Promise((resolve) => {
    const go = () => (clearTimeout(timer), window.removeEventListener("online", go), resolve());
    const timer = setTimeout(go, wait);
    window.addEventListener("online", go);
  });
}

// Asks until there is an answer, however long the line is away.
async function patiently(box, place, question) {
  for (let wait = 1000; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    try {
      return await question();
    } catch (problem) {
      if (!(problem instanceof LineBroken)) throw problem;
      place.words.textContent = box.dataset.waiting;
      await lineBack(wait);
    }
  }
}

function keep(box, place, id) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = box.dataset.name;
  field.value = id;
  place.row.append(field);
}

async function ranges(box, place, file, upload) {
  const begun = { offset: upload.offset, at: performance.now() };
  let offset = upload.offset;
  far(box, place, file, offset, begun);
  while (offset < file.size) {
    const end = Math.min(offset + upload.piece, file.size);
    const headers = { "Content-Range": `bytes ${offset}-${end - 1}/${file.size}`, "Content-Type": "application/octet-stream" };
    const said = await patiently(box, place, () => ask(upload.url, { method: "PUT", body: file.slice(offset, end), headers }));
    if (said.again && said.offset === offset) throw new Refused(said.error);
    offset = said.offset;
    far(box, place, file, offset, begun);
  }
}

async function send(box, file) {
  const place = shown(box, file);
  const post = (url, body) => patiently(box, place, () => ask(url, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }));
  try {
    const told = { name: file.name, size: file.size, fingerprint: await fingerprint(file) };
    if (file.size <= WHOLE) told.digest = await digest(file);
    const upload = await post(box.dataset.begin, told);
    keep(box, place, upload.id);
    await ranges(box, place, file, upload);
    let said = await post(upload.finish, {});
    if (said.again) throw new Refused(said.error);
    for (; said.state === "uploaded"; await lineBack(2000)) {
      place.words.textContent = box.dataset.whole;
      said = await patiently(box, place, () => ask(upload.url));
    }
    place.words.textContent = said.sentence;
    if (said.state === "refused") place.row.querySelector("input").remove();
    return true;
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    place.words.className = "field-error";
    place.words.textContent = problem.message;
    place.row.querySelector("input")?.remove();
    return false;
  } finally {
    place.bar.remove();
    box.dispatchEvent(new CustomEvent("files:told", { bubbles: true }));
  }
}

// One after the other: a slow line shared by several is slow for each.
async function sendAll(box, files) {
  let all = true;
  for (const file of files) all = (await send(box, file)) && all;
  if (all && box.dataset.reload) location.reload();
}

function begin(root) {
  for (const box of root.querySelectorAll("[data-files]:not([data-files-ready])")) {
    box.dataset.filesReady = "1";
    const input = box.querySelector("input[type=file]");
    input.addEventListener("change", () => {
      sendAll(box, [...input.files]);
      input.value = "";
    });
    box.addEventListener("dragover", (event) => event.preventDefault());
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      sendAll(box, [...event.dataTransfer.files]);
    });
  }
}

begin(document);
document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
