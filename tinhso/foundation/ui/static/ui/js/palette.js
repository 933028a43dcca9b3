// Ctrl K (or ⌘K): go anywhere by typing, without marks. Reads the address in data-source; without scripts it is a link.
import { say } from "./words.js";

export default function palette(dialog) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  let found = [];
  let active = -1;
  let waiting = null;
  let asked = 0;

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const asks = (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing);
    if (!asks || dialog.open) return;
    event.preventDefault();
    dialog.showModal();
    input.select();
    look();
  });
  for (const opener of document.querySelectorAll(`[data-opens="${dialog.id}"]`)) {
    opener.addEventListener("click", () => look());
  }

  async function look() {
    const turn = ++asked;
    const answer = await fetch(`${dialog.dataset.source}?q=${encodeURIComponent(input.value)}`).catch(() => null);
    if (!answer?.ok || turn !== asked) return;
    found = (await answer.json()).items;
    draw();
  }

  function draw() {
    let group = "";
    list.replaceChildren();
    found.forEach((item, index) => {
      if (item.group !== group) {
        group = item.group;
        const title = document.createElement("div");
        title.className = "palette-group";
        title.setAttribute("role", "presentation");
        title.textContent = group;
        list.append(title);
      }
      const link = document.createElement("a");
      Object.assign(link, { className: "palette-item", href: item.url, id: `lenh-${index}`, tabIndex: -1 });
      link.setAttribute("role", "option");
      link.append(item.label);
      if (item.note) {
        const note = document.createElement("small");
        note.textContent = item.note;
        link.append(note);
      }
      list.append(link);
    });
    if (!found.length) {
      const none = document.createElement("div");
      none.className = "palette-group";
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      none.textContent = say("none");
      list.append(none);
    }
    mark(found.length ? 0 : -1);
  }

  function mark(index) {
    active = index;
    list.querySelectorAll(".palette-item").forEach((link, at) => link.setAttribute("aria-selected", String(at === index)));
    const link = list.querySelector(`#lenh-${index}`);
    if (link) {
      input.setAttribute("aria-activedescendant", link.id);
      link.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 120);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      mark((active + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      list.querySelector(`#lenh-${active}`)?.click();
    }
  });
}
