// Binds each behaviour named in data-ui to its element, loading only the modules this page needs.
// Every behaviour is an addition: with scripts off, each form, list and link still works.
const modules = {
  "bulk": "./bulk.js",
  "choose": "./choose.js",
  "counter": "./counter.js",
  "date-boxes": "./date-boxes.js",
  "error-summary": "./error-summary.js",
  "look": "./look.js",
  "map": "./map.js",
  "menu": "./menu.js",
  "once": "./once.js",
  "palette": "./palette.js",
  "table": "./table.js",
  "tabs": "./tabs.js",
  "toast": "./toast.js",
  "upload": "./upload.js",
};

const bound = new WeakMap();

async function bindOne(element, name) {
  const names = bound.get(element) ?? new Set();
  if (names.has(name) || !(name in modules)) return;
  names.add(name);
  bound.set(element, names);
  const module = await import(modules[name]);
  module.default(element);
}

export function bindAll(root) {
  const found = [...root.querySelectorAll("[data-ui]")];
  if (root.matches?.("[data-ui]")) found.push(root);
  return Promise.all(found.flatMap((element) => element.dataset.ui.split(/\s+/).map((name) => bindOne(element, name))));
}

// A link or button with data-opens="id" opens that <dialog>; a link keeps its href for when scripts are off.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog")?.close();
    return;
  }
  // A press on the veil, outside the dialog's own box.
  if (event.target instanceof HTMLDialogElement && event.target.hasAttribute("data-light")) event.target.close();
});

document.documentElement.classList.add("js");
bindAll(document.documentElement).then(() => document.documentElement.classList.add("js-ready"));
for (const fresh of ["htmx:load", "ui:load"]) document.addEventListener(fresh, (event) => bindAll(event.detail.elt));
