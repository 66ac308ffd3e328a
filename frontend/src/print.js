// The footer on paper says when it was printed, in the page's language and the reader's zone.
window.addEventListener("beforeprint", () => {
  const shown = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const place of document.querySelectorAll("[data-print-moment]")) place.textContent = `${shown.format(new Date())} (${zone})`;
});
