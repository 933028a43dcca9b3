// Says how many characters are left, once few are.
import { say } from "./words.js";

export default function counter(area) {
  const most = Number(area.getAttribute("maxlength"));
  if (!most) return;
  // Typing past the end is allowed and said, so that a pasted text is not cut in silence; the server refuses it.
  area.removeAttribute("maxlength");
  const note = document.createElement("p");
  note.className = "counter";
  note.setAttribute("role", "status");
  area.after(note);
  const update = () => {
    const left = most - area.value.length;
    note.textContent = left < 0 ? say("over", -left) : left <= most / 4 ? say("left", left) : "";
  };
  area.addEventListener("input", update);
  update();
}
