// Rows picked by their boxes: the bar says how many and offers what may be done to all of them.
import { say } from "./words.js";

export default function bulk(form) {
  const bar = form.querySelector(".bulk");
  const all = form.querySelector("[data-pick-all]");
  const boxes = () => [...form.querySelectorAll("[data-pick]")];
  if (!bar) return;
  const count = bar.querySelector("[data-count]");

  function update() {
    const picked = boxes().filter((box) => box.checked).length;
    bar.toggleAttribute("data-empty", picked === 0);
    if (count) count.textContent = say("picked", picked);
    if (all) {
      all.checked = picked > 0 && picked === boxes().length;
      all.indeterminate = picked > 0 && picked < boxes().length;
    }
  }

  let last = null;
  form.addEventListener("click", (event) => {
    const box = event.target.closest("[data-pick]");
    if (!box) return;
    const rows = boxes();
    if (event.shiftKey && last) {
      const [from, to] = [rows.indexOf(last), rows.indexOf(box)].sort((a, b) => a - b);
      rows.slice(from, to + 1).forEach((other) => { other.checked = box.checked; });
    }
    last = box;
  });
  form.addEventListener("change", (event) => {
    if (event.target === all) boxes().forEach((box) => { box.checked = all.checked; });
    update();
  });
  update();
}
