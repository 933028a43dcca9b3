// Theme and density change at once; the cookie is set by the same form's address, so the next page agrees.
export default function look(form) {
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button) return;
    event.preventDefault();
    const body = new FormData(form);
    body.append(button.name, button.value);
    const root = document.documentElement;
    const plain = button.value === "auto" || button.value === "comfortable";
    if (plain) delete root.dataset[button.name];
    else root.dataset[button.name] = button.value;
    for (const other of form.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (!answer) form.submit();
  });
}
