// Takes the reader to the list of what to mend, and each link to its field.
export default function errorSummary(box) {
  box.focus({ preventScroll: false });
  if (!document.title.startsWith("! ")) document.title = `! ${document.title}`;
  box.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const field = target?.matches("input, select, textarea") && !target.hidden
      ? target
      : target?.querySelector("input:not([type=hidden]), textarea, select:not([hidden])")
        ?? target?.closest(".combo")?.querySelector("input");
    if (!field) return;
    event.preventDefault();
    field.focus();
    (field.closest(".field") ?? field).scrollIntoView({ block: "center" });
  });
}
