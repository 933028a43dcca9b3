// Files are checked before they travel. With data-url each file is sent at once, with progress and a way to try again;
// without it the plain file field posts with its form, as it does with scripts off.
import { say } from "./words.js";

const KINDS = ["application/pdf", "image/jpeg", "image/png"];

export default function upload(box) {
  const input = box.querySelector('input[type="file"]');
  if (!input) return;
  const most = Number(box.dataset.max || 10 * 1024 * 1024);
  const kinds = (input.accept || KINDS.join(",")).split(",").map((kind) => kind.trim());
  const list = document.createElement("div");
  list.className = "stack stack-small";
  list.setAttribute("aria-live", "polite");
  box.append(list);

  const fault = (file) => {
    if (file.size > most) return say("tooLarge", Math.round(most / 1048576));
    if (file.type && !kinds.includes(file.type)) return say("wrongKind");
    return "";
  };

  function item(file, sentence, bad) {
    const row = document.createElement("div");
    row.className = bad ? "upload-item upload-bad" : "upload-item";
    const dot = document.createElement("span");
    dot.setAttribute("aria-hidden", "true");
    dot.textContent = bad ? "!" : "•";
    const name = document.createElement("span");
    name.className = "upload-name";
    name.textContent = file.name;
    const note = document.createElement("div");
    note.className = bad ? "field-error" : "muted small";
    note.textContent = sentence;
    name.append(note);
    row.append(dot, name);
    list.append(row);
    return { row, note };
  }

  function send(file, shown = item(file, say("sending", 0), false)) {
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    shown.row.append(bar);
    const body = new FormData();
    body.append(input.name, file);
    const token = box.closest("form")?.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (token) body.append("csrfmiddlewaretoken", token);
    const request = new XMLHttpRequest();
    request.open("POST", box.dataset.url);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = (event.loaded / event.total) * 100;
      shown.note.textContent = say("sending", Math.round(bar.value));
    });
    const failed = (sentence) => {
      bar.remove();
      shown.row.classList.add("upload-bad");
      shown.note.className = "field-error";
      shown.note.textContent = sentence;
      const again = document.createElement("button");
      Object.assign(again, { type: "button", className: "button button-secondary button-small", textContent: say("retry") });
      again.addEventListener("click", () => {
        again.remove();
        shown.row.classList.remove("upload-bad");
        shown.note.className = "muted small";
        send(file, shown);
      });
      shown.row.append(again);
    };
    request.addEventListener("error", () => failed(say("failed")));
    request.addEventListener("load", () => {
      if (request.status < 300) {
        bar.remove();
        shown.note.textContent = say("sent");
        box.dispatchEvent(new CustomEvent("ui:uploaded", { bubbles: true, detail: request.responseText }));
        return;
      }
      let sentence = say("failed");
      try { sentence = JSON.parse(request.responseText).detail || sentence; } catch { /* not a problem document */ }
      failed(sentence);
    });
    request.send(body);
  }

  function take(files) {
    list.replaceChildren();
    const good = [];
    for (const file of files) {
      const sentence = fault(file);
      if (sentence) item(file, sentence, true);
      else good.push(file);
    }
    input.setAttribute("aria-invalid", String(good.length < files.length));
    if (good.length < files.length && !box.dataset.url) input.value = "";
    if (box.dataset.url) {
      good.forEach((file) => send(file));
      input.value = "";
    }
  }

  input.addEventListener("change", () => take([...input.files]));
  box.addEventListener("dragover", (event) => { event.preventDefault(); box.classList.add("upload-over"); });
  box.addEventListener("dragleave", () => box.classList.remove("upload-over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("upload-over");
    if (!box.dataset.url) input.files = event.dataTransfer.files;
    take([...event.dataTransfer.files]);
  });
}
