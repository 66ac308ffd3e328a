// An htmx request that meets the sign-in page, or no node at all, must not replace what is on the screen.
import { openDialog } from "./dialog.js";

const signIn = document.body.dataset.signIn;

function endedBy(xhr) {
  return xhr.status === 401 || (signIn && xhr.responseURL && new URL(xhr.responseURL).pathname === signIn);
}

export function sessionEnded() {
  openDialog("session-ended", (dialog) => {
    const again = `${signIn}?next=${encodeURIComponent(location.pathname + location.search)}`;
    for (const link of dialog.querySelectorAll("[data-sign-in-again]")) link.href = again;
  });
}

export function noAnswer() {
  const place = document.querySelector(".messages");
  const note = document.getElementById("no-answer")?.content.firstElementChild;
  if (!place || !note || place.querySelector("[data-no-answer]")) return;
  const shown = note.cloneNode(true);
  shown.dataset.noAnswer = "";
  place.append(shown);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  document.querySelector("[data-no-answer]")?.remove();
  if (!endedBy(event.detail.xhr)) return;
  event.detail.shouldSwap = false;
  event.detail.isError = false;
  sessionEnded();
});
document.addEventListener("htmx:sendError", noAnswer);
document.addEventListener("htmx:timeout", noAnswer);
document.addEventListener("htmx:responseError", (event) => event.detail.xhr.status >= 500 && noAnswer());
