"use strict";
// The page is whole without this script: it sorts tables and keeps the page's title and
// language in step with the language shown.
(() => {
  const root = document.documentElement;
  const shown = () => document.querySelector(".switch:checked");
  const follow = () => {
    const chosen = shown();
    root.lang = chosen.value;
    document.title = chosen.dataset.title;
  };
  document.querySelectorAll(".switch").forEach((one) => one.addEventListener("change", follow));
  follow();

  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent.trim() : Number(cell.dataset.v);
  };
  const compare = (a, b) => {
    if (typeof a === "string") return a.localeCompare(b, root.lang, { numeric: true });
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
    return a - b;
  };
  const sort = (head) => {
    const table = head.closest("table");
    const body = table.tBodies[0];
    const column = head.cellIndex;
    const numeric = body.rows[0].cells[column].dataset.v !== undefined;
    const before = head.getAttribute("aria-sort");
    const down = before === null ? numeric && head.dataset.first !== "up" : before === "ascending";
    table.querySelectorAll("th[aria-sort]").forEach((th) => th.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...body.rows].map((row) => [value(row, column), row]);
    // Rows without a value stay last whichever way the others run.
    const empty = (v) => typeof v === "number" && Number.isNaN(v);
    rows.sort(([a], [b]) => (empty(a) || empty(b) ? compare(a, b) : down ? compare(b, a) : compare(a, b)));
    body.append(...rows.map(([, row]) => row));
  };
  document.querySelectorAll("th[data-sort]").forEach((head) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head));
    head.append(button);
  });
})();
