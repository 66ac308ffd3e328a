// Bulk selection: [data-bulk] holds rows with checkboxes named by it, a [data-select-all] box, and a bar shown with the count.
function boxes(area) {
  return [...area.querySelectorAll("[data-row] input[type=checkbox]")];
}

function refresh(area) {
  const all = boxes(area);
  const count = all.filter((box) => box.checked).length;
  for (const box of all) box.closest("[data-row]").toggleAttribute("data-selected", box.checked);
  const everything = area.querySelector("[data-select-all]");
  if (everything) {
    everything.checked = count > 0 && count === all.length;
    everything.indeterminate = count > 0 && count < all.length;
  }
  const bar = area.querySelector("[data-bulk-bar]");
  if (!bar) return;
  bar.hidden = count === 0;
  for (const place of bar.querySelectorAll("[data-bulk-count]")) place.textContent = count;
}

document.addEventListener("change", (event) => {
  const area = event.target.closest("[data-bulk]");
  if (!area) return;
  if (event.target.matches("[data-select-all]")) for (const box of boxes(area)) box.checked = event.target.checked;
  refresh(area);
});
for (const area of document.querySelectorAll("[data-bulk]")) refresh(area);
document.addEventListener("htmx:load", (event) => {
  const area = event.detail.elt.closest?.("[data-bulk]");
  if (area) refresh(area);
});
