// The units drawn by MapLibre over the drawing of the server: the same cells, states, words and links, read from it.
// Nothing is asked from outside: shapes come from our own address, the library from our own files. Where the browser
// has no WebGL, or anything fails, the drawing of the server stays.
import { say } from "./words.js";

const SIZE = 16;
const FIT = { padding: 12 };
const PATTERNS = {
  reached: ["--ok", "", "--on-ok"],
  on_path: ["--ok-soft", "", "--ok"],
  behind: ["--warn-soft", "M-2 18L18 -2", "--warn"],
  far_behind: ["--danger-soft", "M-2 18L18 -2M-2 -2L18 18", "--danger"],
  no_threshold: ["--info-soft", "", "--ink"],
  no_data: ["--nodata-soft", "M0 8H16", "--nodata"],
  no_source: ["--nodata-soft", "M0 8H16", "--nodata"],
  level_ended: ["--nodata-soft", "M7 8H9", "--nodata"],
  ended: ["--nodata-soft", "M7 8H9", "--nodata"],
  plain: ["--paper-raised", "", "--ink"],
  ground: ["--paper-sunk", "", "--line"],
};
// Drawn maps by the id of their title: a page whose figures are taken over anew keeps its map and its zoom.
const drawn = new Map();
let library = null;

export default function unitMap(figure) {
  const key = figure.querySelector("figcaption").id;
  const known = drawn.get(key);
  if (known) { known.moveInto(figure); return; }
  if (!figure.querySelector("[data-unit]") || !hasWebGL()) return;
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    draw(figure, key).catch(() => drawn.delete(key));
  }, { rootMargin: "600px" });
  seen.observe(figure);
}

function hasWebGL() {
  return Boolean(document.createElement("canvas").getContext("webgl2"));
}

function load({ library: script, worker, look }) {
  library ??= new Promise((done, failed) => {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: look });
    const tag = Object.assign(document.createElement("script"), { src: script });
    tag.addEventListener("load", () => { window.maplibregl.setWorkerUrl(worker); done(window.maplibregl); });
    tag.addEventListener("error", failed);
    document.head.append(sheet, tag);
  });
  return library;
}

async function draw(figure, key) {
  const [gl, answer] = await Promise.all([load(figure.dataset), fetch(figure.dataset.shapes, { credentials: "same-origin" })]);
  if (!answer.ok) return;
  const shapes = await answer.json();
  const live = new LiveMap(gl, shapes, drawn.get(key)?.figure ?? figure);
  drawn.set(key, live);
}

// What the drawing of the server says of each unit.
function cellsOf(figure) {
  const about = (cell) => ({
    state: cell.dataset.state in PATTERNS ? cell.dataset.state : "plain",
    ...(cell.dataset.value ? { value: cell.dataset.value } : {}),
    name: cell.getAttribute("aria-label") ?? "",
    href: cell.getAttribute("href") ?? "",
  });
  return new Map([...figure.querySelectorAll("[data-unit]")].map((cell) => [Number(cell.dataset.unit), about(cell)]));
}

class LiveMap {
  constructor(gl, shapes, figure) {
    this.shapes = shapes;
    this.figure = figure;
    this.box = Object.assign(document.createElement("div"), { className: "map-live no-print" });
    this.canvas = Object.assign(document.createElement("div"), { className: "map-canvas" });
    this.said = Object.assign(document.createElement("p"), { className: "map-said muted", textContent: say("pointed") });
    this.turn = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet button-small map-turn", textContent: say("still") });
    this.turn.addEventListener("click", () => this.turnOver());
    this.box.append(this.canvas, this.said, this.turn);
    figure.querySelector("figcaption").after(this.box);
    this.map = new gl.Map(this.options());
    this.map.once("styledata", () => paintLooks(this.map));
    this.map.on("error", () => { if (!this.ready) this.giveUp(); });
    this.canvas.querySelector("canvas")?.addEventListener("webglcontextlost", () => this.giveUp());
    this.map.addControl(new gl.NavigationControl({ showCompass: false }), "top-right");
    this.map.on("movestart", (event) => { if (event.originalEvent) this.isMoved = true; });
    // A phone turned round, a window made wider: the whole province again, unless the reader has moved the map.
    this.map.on("resize", () => { if (!this.isMoved) this.map.fitBounds(boundsOf(this.shapes), { ...FIT, animate: false }); });
    this.map.once("load", () => { this.ready = true; this.listen(); this.canvas.dataset.ready = ""; });
    // Another look (light, dark): the same colours under the same names.
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint());
    new MutationObserver(() => this.repaint()).observe(document.documentElement, { attributes: true, attributeFilter: ["data-look", "class", "data-theme"] });
  }

  options() {
    const font = ["Be Vietnam Pro", "sans-serif"];
    return {
      container: this.canvas,
      style: {
        version: 8,
        sources: { units: { type: "geojson", data: this.data() } },
        layers: [
          { id: "fills", type: "fill", source: "units", paint: { "fill-pattern": ["concat", "look-", ["get", "state"]] } },
          { id: "edges", type: "line", source: "units", paint: { "line-color": colour("--line-strong"), "line-width": 1 } },
          { id: "pointed", type: "line", source: "units", paint: { "line-color": colour("--action"), "line-width": ["case", ["boolean", ["feature-state", "pointed"], false], 3, 0] } },
          {
            id: "names", type: "symbol", source: "units", filter: ["!=", ["get", "label"], ""],
            layout: { "text-field": ["get", "label"], "text-font": font, "text-size": ["interpolate", ["linear"], ["zoom"], 7, 10, 11, 15], "text-max-width": 7, "symbol-sort-key": ["case", ["has", "value"], 0, 1] },
            paint: { "text-color": onGround("--on-ok", "--ink"), "text-halo-color": onGround("--ok", "--paper-raised"), "text-halo-width": 1.6 },
          },
        ],
      },
      bounds: boundsOf(this.shapes),
      fitBoundsOptions: FIT,
      attributionControl: false,
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 13,
      fadeDuration: 0,
      locale: {
        "Map.Title": say("mapName"),
        "NavigationControl.ZoomIn": say("zoomIn"),
        "NavigationControl.ZoomOut": say("zoomOut"),
        "CooperativeGesturesHandler.WindowsHelpText": say("wheel"),
        "CooperativeGesturesHandler.MacHelpText": say("wheelMac"),
        "CooperativeGesturesHandler.MobileHelpText": say("twoFingers"),
      },
    };
  }

  data() {
    const cells = cellsOf(this.figure);
    const features = this.shapes.features.map((one) => {
      const cell = cells.get(one.id);
      const label = cell ? [one.properties.short, cell.value].filter(Boolean).join("\n") : "";
      return { ...one, properties: { state: "ground", name: "", href: "", ...cell, label } };
    });
    return { type: "FeatureCollection", features };
  }

  listen() {
    const { map } = this;
    let last = null;
    const point = (id) => {
      if (last !== null) map.setFeatureState({ source: "units", id: last }, { pointed: false });
      last = id;
      if (id !== null) map.setFeatureState({ source: "units", id }, { pointed: true });
    };
    map.touchZoomRotate.disableRotation();
    map.on("mousemove", "fills", (event) => {
      const { id, properties } = event.features[0];
      point(properties.name ? id : null);
      this.said.textContent = properties.name || say("pointed");
      map.getCanvas().style.cursor = properties.href ? "pointer" : "";
    });
    map.on("mouseleave", "fills", () => { point(null); this.said.textContent = say("pointed"); });
    map.on("click", "fills", (event) => {
      const { href } = event.features[0].properties;
      if (!href) return;
      if (event.originalEvent.ctrlKey || event.originalEvent.metaKey) window.open(href, "_blank", "noopener");
      else location.assign(href);
    });
  }

  // The region of this figure was taken over anew: the map goes along and shows the new states.
  moveInto(figure) {
    this.figure = figure;
    figure.querySelector("figcaption").after(this.box);
    this.map.getSource("units")?.setData(this.data());
  }

  repaint() {
    if (!this.ready) return;
    paintLooks(this.map);
    this.map.setPaintProperty("edges", "line-color", colour("--line-strong"));
    this.map.setPaintProperty("pointed", "line-color", colour("--action"));
    this.map.setPaintProperty("names", "text-color", onGround("--on-ok", "--ink"));
    this.map.setPaintProperty("names", "text-halo-color", onGround("--ok", "--paper-raised"));
  }

  turnOver() {
    this.box.toggleAttribute("data-still");
    this.turn.textContent = say(this.box.hasAttribute("data-still") ? "moving" : "still");
    this.map.resize();
  }

  giveUp() {
    this.box.remove();
    for (const [key, live] of drawn) if (live === this) drawn.delete(key);
    this.map?.remove();
  }
}

// A name of tokens.css as red, green, blue: the library reads no oklch() and no light-dark().
function colour(token) {
  const probe = document.createElement("i");
  probe.hidden = true;
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  brush.fillStyle = getComputedStyle(probe).color;
  probe.remove();
  brush.fillRect(0, 0, 1, 1);
  const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

// One name for units on the full colour, another for all others.
function onGround(full, other) {
  return ["match", ["get", "state"], "reached", colour(full), colour(other)];
}

function paintLooks(map) {
  const times = Math.max(1, Math.round(devicePixelRatio));
  for (const [state, [ground, strokes, ink]] of Object.entries(PATTERNS)) {
    const sheet = Object.assign(document.createElement("canvas"), { width: SIZE * times, height: SIZE * times });
    const brush = sheet.getContext("2d", { willReadFrequently: true });
    brush.scale(times, times);
    brush.fillStyle = colour(ground);
    brush.fillRect(0, 0, SIZE, SIZE);
    if (strokes) {
      brush.strokeStyle = colour(ink);
      brush.globalAlpha = 0.45;
      brush.lineWidth = 1.5;
      brush.stroke(new Path2D(strokes));
    }
    const image = brush.getImageData(0, 0, sheet.width, sheet.height);
    const name = `look-${state}`;
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: times });
  }
}

function boundsOf(shapes) {
  const [west, south, east, north] = shapes.bbox;
  return [[west, south], [east, north]];
}
