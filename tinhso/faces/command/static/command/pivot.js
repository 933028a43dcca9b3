// The same figures as the table, drawn so that a pointer can ask them. Without this file the drawings of the server stay.
const place = document.querySelector("[data-chart]");
const figures = document.getElementById("so-lieu");

function colours() {
  const style = getComputedStyle(document.documentElement);
  return { ink: style.color, muted: getComputedStyle(document.querySelector(".lead")).color };
}

function draw() {
  const given = JSON.parse(figures.textContent);
  if (!window.echarts || given.periods.length < 2 || !given.series.length) return;
  place.hidden = false;
  document.querySelector("[data-chart-still]").hidden = true;
  const { ink, muted } = colours();
  const chart = window.echarts.init(place, null, { renderer: "canvas" });
  chart.setOption({
    aria: { enabled: false },
    textStyle: { fontFamily: "Be Vietnam Pro, sans-serif", color: ink },
    // Rich text: the page's policy allows no styles written by scripts into markup.
    tooltip: { trigger: "axis", renderMode: "richText", confine: true },
    legend: { type: "scroll", top: 0, bottom: "auto", textStyle: { color: ink } },
    grid: { left: 56, right: 24, top: 48, bottom: 40 },
    xAxis: { type: "category", data: given.periods, axisLabel: { color: muted } },
    yAxis: { type: "value", axisLabel: { color: muted } },
    series: given.series.map((line) => ({ ...line, type: "line", connectNulls: false, symbolSize: 6, emphasis: { focus: "series" } })),
  });
  addEventListener("resize", () => chart.resize());
}

if (place && figures) draw();
