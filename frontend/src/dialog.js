// Opens the content of a <template> as a modal dialog, and removes it once it is closed.
export function openDialog(templateId, prepare = () => {}) {
  const template = document.getElementById(templateId);
  if (!template || document.querySelector(`dialog[data-of="${templateId}"]`)) return null;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.dataset.of = templateId;
  dialog.append(template.content.cloneNode(true));
  const title = dialog.querySelector("h2");
  if (title) {
    title.id = `${templateId}-title`;
    dialog.setAttribute("aria-labelledby", title.id);
  }
  prepare(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
