// Links to parts of this page become tabs; without scripts the parts stand one under the other.
export default function tabs(list) {
  const links = [...list.querySelectorAll('a[href^="#"]')];
  const panels = links.map((link) => document.getElementById(link.hash.slice(1)));
  if (!links.length || panels.some((panel) => !panel)) return;
  list.setAttribute("role", "tablist");
  list.querySelectorAll("li").forEach((item) => item.setAttribute("role", "presentation"));

  function select(index, focus) {
    links.forEach((link, at) => {
      const on = at === index;
      link.setAttribute("aria-selected", String(on));
      link.tabIndex = on ? 0 : -1;
      panels[at].hidden = !on;
    });
    if (focus) links[index].focus();
  }

  links.forEach((link, index) => {
    link.setAttribute("role", "tab");
    link.id ||= `the-${panels[index].id}`;
    link.setAttribute("aria-controls", panels[index].id);
    panels[index].setAttribute("role", "tabpanel");
    panels[index].setAttribute("aria-labelledby", link.id);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      history.replaceState(null, "", link.hash);
      select(index);
    });
    link.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      select((index + step + links.length) % links.length, true);
    });
  });
  select(Math.max(0, links.findIndex((link) => link.hash === location.hash)));
}
