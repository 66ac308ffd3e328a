// Codes of diseases offered below a field in which somebody types words or a code: <div data-rows data-found="address">
// around <input data-codes>, with the hidden field `system` of the same row beside it.
const PAUSE = 250;
let number = 0;

function combobox(field, address) {
  const list = document.createElement("ul");
  const system = field.form.elements[field.name.replace(/-text$/, "-system")];
  list.id = `codes-${(number += 1)}`;
  list.className = "draft-codes";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels[0]?.textContent ?? "");
  list.hidden = true;
  field.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) field.setAttribute(name, value);
  let timer = 0;
  let asked = 0;
  let now = -1;

  function shut() {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    now = -1;
  }

  function choose(option) {
    field.value = option.textContent;
    if (system) system.value = option.dataset.system;
    shut();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    clearTimeout(timer);
  }

  function show(codes) {
    list.replaceChildren(
      ...codes.map((one, at) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${at}`;
        option.textContent = `${one.code} ${one.title}`;
        option.dataset.system = one.system;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.addEventListener("pointerdown", (event) => event.preventDefault());
        option.addEventListener("click", () => choose(option));
        return option;
      }),
    );
    now = -1;
    list.hidden = codes.length === 0;
    field.setAttribute("aria-expanded", String(codes.length > 0));
  }

  async function ask() {
    const query = field.value.trim();
    const mine = (asked += 1);
    if (query.length < 2) return shut();
    try {
      const answer = await fetch(`${address}?q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } });
      const said = await answer.json();
      if (mine === asked && document.activeElement === field) show(said.codes);
    } catch {
      shut(); // without a line a code is typed
    }
  }

  function move(by) {
    const options = list.children;
    options[now]?.setAttribute("aria-selected", "false");
    now = (now + by + options.length) % options.length;
    options[now].setAttribute("aria-selected", "true");
    options[now].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", options[now].id);
  }

  field.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    if (system) system.value = "";
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : now < 0 ? 0 : -1);
    } else if (event.key === "Enter" && now >= 0) {
      event.preventDefault();
      choose(list.children[now]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      shut();
    }
  });
  field.addEventListener("blur", shut);
}

function begin(root) {
  for (const field of root.querySelectorAll("[data-found] input[data-codes]")) {
    if (field.dataset.codesReady) continue;
    field.dataset.codesReady = "1";
    combobox(field, field.closest("[data-found]").dataset.found);
  }
}

begin(document);
document.addEventListener("rows:added", () => begin(document));
