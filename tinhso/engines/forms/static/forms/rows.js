// Adds and takes away rows of a repeating group without going to the server.

export function bindRows(form, refresh) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-row-add], [data-row-remove]");
    const group = button?.closest("[data-group]");
    if (!group || !form.contains(group)) return;
    event.preventDefault();
    if (button.hasAttribute("data-row-add")) add(group);
    else remove(group, button.closest("[data-row]"));
    refresh();
  });
}

const rowsOf = (group) => [...group.querySelector(":scope > [data-rows]").children];

function add(group) {
  const rows = rowsOf(group);
  if (rows.length >= Number(group.dataset.max)) return;
  const key = Math.max(-1, ...rows.map((row) => Number(row.dataset.row))) + 1;
  const holder = document.createElement("template");
  // The server escaped this markup; only the row's number is put in.
  holder.innerHTML = group.querySelector(":scope > [data-row-template]").innerHTML.replaceAll(`__${group.dataset.group}__`, String(key));
  const row = holder.content.querySelector("[data-row]");
  group.querySelector(":scope > [data-rows]").append(row);
  document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: row } }));
  settle(group, "added");
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

function remove(group, row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  settle(group, "removed");
  (next ?? group).focus();
}

/** Numbers the rows anew, shows the buttons that may be pressed, tells a screen reader. */
function settle(group, done) {
  const rows = rowsOf(group);
  rows.forEach((row, at) => {
    const name = group.dataset.rowName.replace("{number}", String(at + 1));
    row.querySelector(":scope > [data-row-title]").textContent = name;
    const remover = row.querySelector(":scope > .form-row-tools > [data-row-remove]");
    remover.hidden = rows.length <= Number(group.dataset.min);
    remover.querySelector("[data-row-word]").textContent = ` ${name}`;
  });
  const isFull = rows.length >= Number(group.dataset.max);
  const tools = group.querySelector(":scope > .form-group-tools");
  tools.querySelector("[data-row-add]").hidden = isFull;
  tools.querySelector("[data-row-full]").hidden = !isFull;
  const status = group.querySelector(":scope > [data-row-status]");
  status.textContent = status.dataset[done];
}
