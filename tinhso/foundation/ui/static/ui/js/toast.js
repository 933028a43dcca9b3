// A short word at the foot of the screen. It leaves by itself after ten seconds, never while it is being read.
import { say } from "./words.js";

export default function toast(element) {
  let timer = null;
  const start = () => { timer = setTimeout(() => element.remove(), 10000); };
  const stop = () => clearTimeout(timer);
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = say("close");
  close.addEventListener("click", () => element.remove());
  element.append(close);
  element.addEventListener("pointerenter", stop);
  element.addEventListener("pointerleave", start);
  element.addEventListener("focusin", stop);
  element.addEventListener("focusout", start);
  start();
}

// Says something from a script: show("Đã chuyển 3 hồ sơ.").
export function show(sentence) {
  let tray = document.querySelector(".toasts");
  if (!tray) {
    tray = document.createElement("div");
    tray.className = "toasts";
    tray.setAttribute("role", "status");
    document.body.append(tray);
  }
  const element = document.createElement("div");
  element.className = "toast";
  const words = document.createElement("span");
  words.textContent = sentence;
  element.append(words);
  tray.append(element);
  toast(element);
  return element;
}
