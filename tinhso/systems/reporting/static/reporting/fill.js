// What is typed into a report is kept in this browser until the server has it: a lost connection, a closed lid or an
// ended session loses nothing. The form works the same without this file.
const form = document.getElementById("nhap");
const box = document.getElementById("da-go");
const told = document.getElementById("trang-thai-luu");

if (form && box) keep(form, box);

function keep(form, box) {
  const key = `bao-cao:${form.dataset.report}`;
  const inputs = [...form.querySelectorAll("[data-base]")];
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? {};
    } catch {
      return {};
    }
  };
  const write = (held) => {
    try {
      if (Object.keys(held).length) localStorage.setItem(key, JSON.stringify(held));
      else localStorage.removeItem(key);
    } catch {
      // A browser that keeps nothing still sends the form.
    }
  };
  // What the server has by now needs no keeping; what the page does not show is offered.
  const held = Object.entries(read()).filter(([name, text]) => inputs.some((one) => one.name === name && one.dataset.base !== text));
  write(Object.fromEntries(held));
  const lost = held.filter(([name, text]) => inputs.find((one) => one.name === name).value !== text);
  if (lost.length) offer(lost);

  form.addEventListener("input", (event) => {
    if (!event.target.matches("[data-base]")) return;
    const held = read();
    if (event.target.value === event.target.dataset.base) delete held[event.target.name];
    else held[event.target.name] = event.target.value;
    write(held);
  });

  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    told.textContent = told.dataset.offline;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });

  function offer(lost) {
    const title = box.querySelector("[data-words]");
    title.textContent = title.dataset.words.replace("#", lost.length);
    box.hidden = false;
    box.querySelector("[data-take]").addEventListener("click", () => {
      for (const [name, text] of lost) inputs.find((one) => one.name === name).value = text;
      box.hidden = true;
      inputs.find((one) => one.name === lost[0][0]).focus();
    });
    box.querySelector("[data-drop]").addEventListener("click", () => {
      write({});
      box.hidden = true;
    });
  }
}
