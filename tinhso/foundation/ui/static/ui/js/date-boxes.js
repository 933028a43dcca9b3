// Typing a full day or month moves on; a pasted dd/mm/yyyy fills all three boxes.
export default function dateBoxes(group) {
  const boxes = [...group.querySelectorAll("input")];
  if (boxes.length !== 3) return;
  group.addEventListener("paste", (event) => {
    const found = /^\s*(\d{1,2})[\/\-. ](\d{1,2})[\/\-. ](\d{4})\s*$/.exec(event.clipboardData.getData("text"));
    if (!found) return;
    event.preventDefault();
    boxes.forEach((box, index) => { box.value = found[index + 1]; });
    boxes[2].focus();
  });
  group.addEventListener("input", (event) => {
    const at = boxes.indexOf(event.target);
    if (at < 0 || at > 1 || !event.data || !/\d/.test(event.data)) return;
    if (event.target.value.length === 2) boxes[at + 1].select();
  });
}
