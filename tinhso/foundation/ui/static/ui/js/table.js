// A work table by keyboard: ↑ ↓ (or k j) move between rows, Enter opens, x picks. Columns can be hidden and it is remembered.
import { say } from "./words.js";

const remembered = (key) => { try { return JSON.parse(localStorage.getItem(key) ?? "[]"); } catch { return []; } };

export default function table(element) {
  rows(element);
  columns(element);
}

function rows(element) {
  const list = () => [...element.tBodies].flatMap((body) => [...body.rows]);
  list().forEach((row, index) => { row.tabIndex = index === 0 ? 0 : -1; });

  function go(row) {
    if (!row) return;
    list().forEach((other) => { other.tabIndex = other === row ? 0 : -1; });
    row.focus();
  }

  element.addEventListener("keydown", (event) => {
    const row = event.target.closest("tbody tr");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target !== row && event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    const all = list();
    const at = all.indexOf(row);
    const steps = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: all.length - 1 };
    if (event.key in steps) {
      event.preventDefault();
      go(all[Math.min(Math.max(steps[event.key], 0), all.length - 1)]);
    } else if (event.key === "Enter" && event.target === row) {
      row.querySelector("a[href]")?.click();
    } else if ((event.key === "x" || event.key === " ") && event.target === row) {
      const box = row.querySelector("[data-pick]");
      if (box) {
        event.preventDefault();
        box.click();
      }
    }
  });
}

function columns(element) {
  const menu = element.closest(".table-frame")?.querySelector("[data-columns]");
  const heads = [...(element.tHead?.rows[0]?.cells ?? [])];
  if (!menu) return;
  const key = `cot:${element.id || location.pathname}`;
  const hidden = new Set(remembered(key));
  const show = (index, on) => {
    for (const row of element.rows) if (row.cells[index]) row.cells[index].hidden = !on;
  };
  heads.forEach((head, index) => {
    const name = head.dataset.column;
    if (!name) return;
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = !hidden.has(name);
    label.append(box, head.textContent.trim());
    menu.append(label);
    show(index, box.checked);
    box.addEventListener("change", () => {
      if (box.checked) hidden.delete(name);
      else hidden.add(name);
      show(index, box.checked);
      try { localStorage.setItem(key, JSON.stringify([...hidden])); } catch { /* a private window forgets */ }
    });
  });
  menu.setAttribute("role", "group");
  menu.setAttribute("aria-label", say("shown"));
}
