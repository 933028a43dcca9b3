// A long <select> becomes a text box with a list that is searched without marks. The select stays and is what posts.
import { matches } from "./fold.js";
import { say } from "./words.js";

let serial = 0;

export default function choose(select) {
  const id = `chon-${++serial}`;
  const label = document.querySelector(`label[for="${select.id}"]`);
  const options = [...select.options].filter((option) => option.value !== "");
  const box = document.createElement("div");
  box.className = "combo";
  const input = document.createElement("input");
  Object.assign(input, { type: "text", id: `${id}-o`, autocomplete: "off", className: "input", disabled: select.disabled });
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", `${id}-ds`);
  for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  if (!label && select.getAttribute("aria-label")) input.setAttribute("aria-label", select.getAttribute("aria-label"));
  if (select.required) {
    // A hidden select may not hold the browser's own check: nobody could see what it asks. The server still insists.
    select.required = false;
    input.setAttribute("aria-required", "true");
  }
  const list = document.createElement("ul");
  list.id = `${id}-ds`;
  list.className = "combo-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label?.textContent.trim() ?? select.getAttribute("aria-label") ?? "");
  const status = document.createElement("div");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  select.before(box);
  box.append(input, list, status, select);
  select.hidden = true;
  if (label) label.htmlFor = input.id;

  let active = -1;
  let shown = [];
  const chosen = () => select.selectedOptions[0];
  const settle = () => { input.value = chosen()?.value ? chosen().text : ""; };

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    active = index;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    const item = list.children[index];
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    }
  }

  function open(query) {
    shown = options.filter((option) => matches(option.text, query)).slice(0, 50);
    list.replaceChildren(...shown.map((option, index) => {
      const item = document.createElement("li");
      Object.assign(item, { id: `${id}-${index}`, className: "combo-option", textContent: option.text });
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.addEventListener("mousedown", (event) => { event.preventDefault(); pick(option); });
      return item;
    }));
    if (!shown.length) {
      const none = document.createElement("li");
      none.className = "combo-none";
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      none.setAttribute("aria-selected", "false");
      none.textContent = say("none");
      list.append(none);
    }
    status.textContent = say("results", shown.length);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    active = -1;
    if (query && shown.length) mark(0);
  }

  function pick(option) {
    select.value = option.value;
    settle();
    close();
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  input.addEventListener("input", () => open(input.value));
  input.addEventListener("click", () => { if (list.hidden) { input.select(); open(""); } });
  input.addEventListener("blur", () => {
    if (input.value.trim() === "" && !list.hidden) {
      const empty = [...select.options].find((option) => option.value === "");
      if (empty) select.value = "";
    }
    close();
    settle();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return open("");
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (shown.length) mark((active + step + shown.length) % shown.length);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      if (shown[active]) pick(shown[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
      settle();
    }
  });
  settle();
}
