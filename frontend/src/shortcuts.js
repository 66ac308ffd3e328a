// Keys of a page's own. <button data-key="d"> is pressed by d, and <summary data-key="w"> opened by w; the help (?) lists
// them by their words. In a list with nothing selected the current row is meant. A form that htmx brings gets the focus.
const KEYED = "[data-key]";

function typing(target) {
  return target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog") != null;
}

function selectCurrent(area) {
  if (area.querySelector("[data-row] input[type=checkbox]:checked")) return true;
  const box = area.querySelector("[data-row][data-current] input[type=checkbox]");
  if (!box) return false;
  box.click();
  return true;
}

function firstField(area) {
  return area.querySelector("input:not([type=hidden]):not([type=checkbox]), select, textarea");
}

function open(details) {
  details.open = true;
  details.scrollIntoView({ block: "nearest" });
  (firstField(details) ?? details.querySelector("button"))?.focus();
}

function press(keyed) {
  const area = keyed.closest("[data-bulk]");
  if (area && !selectCurrent(area)) return;
  if (keyed.matches("summary")) open(keyed.parentElement);
  else keyed.click();
}

function listInHelp() {
  const list = document.getElementById("keys")?.content.querySelector("dl");
  if (!list) return;
  for (const keyed of document.querySelectorAll(KEYED)) {
    const line = document.createElement("div");
    const key = document.createElement("kbd");
    const [term, meaning] = [document.createElement("dt"), document.createElement("dd")];
    key.textContent = keyed.dataset.key;
    term.append(key);
    meaning.textContent = keyed.textContent.trim().replace(/…$/, "");
    line.append(term, meaning);
    list.insertBefore(line, list.querySelector("div:not([data-list-keys])"));
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const keyed = [...document.querySelectorAll(KEYED)].find((one) => one.dataset.key === event.key);
  if (!keyed) return;
  event.preventDefault();
  press(keyed);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const details = opener && document.getElementById(opener.dataset.opens);
  if (details) {
    event.preventDefault();
    open(details);
  }
  const cancel = event.target.closest("#deciding [data-decision-cancel]");
  if (cancel) {
    event.preventDefault();
    cancel.closest("#deciding").replaceChildren();
    document.querySelector("[data-row][data-current]")?.focus();
  }
});

document.addEventListener("htmx:load", (event) => {
  const brought = event.detail.elt.closest?.("#deciding");
  if (brought) (firstField(brought) ?? brought.querySelector("button"))?.focus();
});

listInHelp();
