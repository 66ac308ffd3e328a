// Small pieces of page, made without markup strings so that no name can become markup.
export function element(tag, attributes = {}, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== false && value != null) made.setAttribute(name, value === true ? "" : value);
  made.append(...content.filter((part) => part != null));
  return made;
}

export function drawnElement(tag, attributes = {}, ...content) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) if (value != null) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

export function numbers(data, digits = 1) {
  const format = new Intl.NumberFormat(data.locale === "zh-hans" ? "zh-Hans" : data.locale, { maximumFractionDigits: digits });
  return (value) => (value == null ? data.texts.missing : format.format(value));
}

export function tip(title, lines) {
  return element("div", { class: "chart-tip" }, element("b", {}, title), ...lines.map(([label, value]) => element("span", {}, element("i", { class: "muted" }, label), ` ${value}`)));
}

// Marks whose meaning no label in the picture tells. `marks`: [[svg string of 14 by 14, words]].
export function legend(marks) {
  const list = element("ul", { class: "figure-legend" });
  for (const [svg, words] of marks) {
    const item = element("li");
    item.innerHTML = `<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">${svg}</svg>`;
    item.append(words);
    list.append(item);
  }
  return list;
}
