// Draws errors where the server would have drawn them, from the page's own templates.

/** Shows each error at its field; takes away the error of every `touched` question that is right now. */
export function showErrors(form, errors, touched) {
  const wrong = new Map(errors.map((error) => [error.id, error]));
  for (const id of touched) {
    const field = document.getElementById(id) ?? form.elements.namedItem(id);
    const box = field?.closest?.(".field");
    if (!box) continue;
    box.querySelector(`[id="${CSS.escape(id)}-error"]`)?.remove();
    box.classList.toggle("field-bad", wrong.has(id));
    mark(box, field, id, wrong.has(id));
    if (wrong.has(id)) place(form, box, id, wrong.get(id).message);
  }
}

function place(form, box, id, message) {
  const shown = form.querySelector("#form-error").content.firstElementChild.cloneNode(true);
  shown.id = `${id}-error`;
  shown.querySelector("[data-message]").textContent = message;
  const before = box.querySelector(":scope > .field-help, :scope > .field-label, :scope > legend");
  const help = box.querySelector(":scope > .field-help");
  if (help ?? before) (help ?? before).after(shown);
  else box.prepend(shown);
}

function mark(box, field, id, isWrong) {
  for (const input of box.matches("fieldset") ? box.querySelectorAll("input") : [field]) {
    if (isWrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  const target = box.matches("fieldset") ? box : field;
  const others = (target.getAttribute("aria-describedby") ?? "").split(/\s+/).filter((one) => one && one !== `${id}-error`);
  const ids = isWrong ? [...others, `${id}-error`] : others;
  if (ids.length) target.setAttribute("aria-describedby", ids.join(" "));
  else target.removeAttribute("aria-describedby");
}

/** The list of what to mend, above the form, in place of one already there. */
export function showSummary(form, errors) {
  document.querySelectorAll(".error-summary").forEach((old) => old.remove());
  const box = form.querySelector("#form-error-summary").content.firstElementChild.cloneNode(true);
  const list = document.createElement("ul");
  box.append(list);
  for (const error of errors) {
    const link = document.createElement("a");
    link.href = `#${error.id}${error.widget === "date" ? "_day" : ""}`;
    link.textContent = error.where ? `${error.where}: ${error.message}` : error.message;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  document.querySelector("main h1")?.before(box);
  if (!box.isConnected) form.before(box);
  document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: box } }));
  const word = form.querySelector("#form-error").content.querySelector(".visually-hidden").textContent.trim();
  if (!document.title.includes(word)) document.title = `${word} ${document.title}`;
  box.focus();
}
