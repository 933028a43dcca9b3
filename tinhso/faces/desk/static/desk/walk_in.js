// The counter's page: the card's code is read by the server and fills the page, procedures are found while typing,
// their papers come in. Without this file the same form works in two presses.
const form = document.querySelector("[data-walk-in]");

if (form) start(form);

function start(form) {
  const box = (name) => form.elements.namedItem(name);
  const code = box("the");
  const typed = box("thu_tuc");
  const list = document.getElementById("thu_tuc-ds");
  const papers = form.querySelector("[data-papers-here]");
  const said = form.querySelector("[data-said]");
  let read = code.value;
  let found = [];
  let active = -1;
  let asked = 0;
  let waiting = 0;

  async function readCode() {
    const text = code.value.trim();
    if (!text || text === read) return;
    read = text;
    const body = new URLSearchParams({ the: text, csrfmiddlewaretoken: box("csrfmiddlewaretoken").value });
    const answer = await fetch(form.dataset.read, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok && answer.status !== 422) return;
    const card = await answer.json();
    if (card.error) {
      said.textContent = card.error;
      code.setAttribute("aria-invalid", "true");
      code.select();
      return;
    }
    code.removeAttribute("aria-invalid");
    code.value = read = card.number;
    const put = (name, value) => { if (value) box(name).value = value; };
    put("ho_ten", card.full_name);
    put("dien_thoai", card.phone);
    put("ngay_sinh", card.born_on);
    put("gioi_tinh", card.sex);
    put("noi_cu_tru", card.address);
    box("doc_ma").value = card.from_code ? "1" : "";
    said.textContent = card.doubts.map((doubt) => `${doubt[0].toUpperCase()}${doubt.slice(1)}.`).join(" ");
    (box("ho_ten").value ? typed : box("ho_ten")).focus();
  }

  function close() {
    list.hidden = true;
    active = -1;
    typed.setAttribute("aria-expanded", "false");
    typed.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    active = index;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    if (list.children[index]) typed.setAttribute("aria-activedescendant", list.children[index].id);
  }

  async function look() {
    const mine = ++asked;
    const query = typed.value.trim();
    if (!query) return close();
    const answer = await fetch(`${form.dataset.find}?q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || mine !== asked) return;
    ({ found } = await answer.json());
    list.replaceChildren(...found.map((one, index) => {
      const item = document.createElement("li");
      item.id = `thu_tuc-${index}`;
      item.className = "combo-option";
      item.textContent = `${one.name} · ${one.code}`;
      item.setAttribute("role", "option");
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(one); });
      return item;
    }));
    list.hidden = !found.length;
    typed.setAttribute("aria-expanded", String(found.length > 0));
    mark(found.length ? 0 : -1);
  }

  async function choose(one) {
    asked += 1;
    clearTimeout(waiting);
    typed.value = one.name;
    close();
    form.querySelector("[data-plain-hits]")?.remove();
    await bring(one.code, "");
    (papers.querySelector("#truong_hop") ?? papers.querySelector("[data-tick-all]") ?? papers.querySelector("[name=ten-them]"))?.focus();
  }

  async function bring(version, chosen) {
    const answer = await fetch(`${form.dataset.papers}?${new URLSearchParams({ ma: version, truong_hop: chosen })}`);
    if (answer.ok) papers.innerHTML = await answer.text();
  }

  code.addEventListener("change", readCode);
  code.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey) {
      event.preventDefault();
      readCode();
    }
  });
  typed.addEventListener("input", () => {
    papers.replaceChildren();
    clearTimeout(waiting);
    waiting = setTimeout(look, 120);
  });
  typed.addEventListener("blur", close);
  typed.addEventListener("keydown", async (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return look();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((active + step + found.length) % found.length);
    } else if (event.key === "Enter" && !event.ctrlKey) {
      event.preventDefault();
      clearTimeout(waiting);
      await look();
      if (found[Math.max(active, 0)]) choose(found[Math.max(active, 0)]);
    } else if (event.key === "Escape") close();
  });
  papers.addEventListener("change", async (event) => {
    if (event.target.matches("#truong_hop")) {
      await bring(papers.querySelector("[name=ma_thu_tuc]").value, event.target.value);
      papers.querySelector("#truong_hop")?.focus();
    }
    if (event.target.matches("[data-tick-all]")) {
      papers.querySelectorAll("[data-tick]").forEach((tick) => { tick.checked = event.target.checked; });
    }
  });
  form.querySelectorAll("[name=kenh]").forEach((one) => one.addEventListener("change", () => {
    form.querySelector("[data-post]").open = one.value === "post" && one.checked;
  }));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}
