(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var light = { text: "#444", grid: "#ddd", line: "#0b57b4", fill: "#0b57b422", mark: "#8a5300", bad: "#b3261e" };
  var drawn = new Map();
  var day = uPlot.fmtDate("{D} {MMM}");
  var clock = uPlot.fmtDate("{HH}:{mm}");
  var LEAST = 0.1;
  var PAPER = 336; // two graphs beside each other on A4 and on Letter; what is drawn does not shrink with the page

  function palette() {
    var style = window.getComputedStyle(document.documentElement);
    var read = function (name) { return style.getPropertyValue(name).trim(); };
    return { text: read("--soft"), grid: read("--grid"), line: read("--line"), fill: read("--fill"),
             mark: read("--warn"), bad: read("--bad") };
  }

  function zoned(seconds) { return uPlot.tzDate(new Date(seconds * 1000), data.zone); }

  function axis(colors, values, size) {
    return { stroke: colors.text, values: values, size: size,
             grid: { stroke: colors.grid, width: 1 }, ticks: { stroke: colors.grid, width: 1 } };
  }

  function times(u, splits, index, space, step) {
    return splits.map(function (at) { return (step >= 86400 ? day : clock)(zoned(at)); });
  }

  function dashed(label, color) { return { label: label, stroke: color, width: 1, dash: [6, 4], points: { show: false } }; }

  function constant(count, value) { return new Array(count).fill(value); }

  function leftPlot(plot, colors) {
    var last = plot.left.length - 1;
    var even = plot.left.map(function (_, index) { return 100 * (1 - index / last); });
    var low = Math.min(0, Math.min.apply(null, plot.left));
    var line = { label: "left", stroke: colors.line, fill: colors.fill, width: 2, points: { show: false } };
    return {
      data: [plot.times, plot.left, even, constant(plot.times.length, 0)],
      series: [{}, line, dashed("even", colors.text), dashed("none", colors.bad)],
      y: { range: [low, 100] },
      labels: function (u, splits) { return splits.map(function (each) { return each + " %"; }); }
    };
  }

  function burnPlot(plot, colors) {
    var rates = plot.burn.map(function (rate) { return rate === null ? null : Math.max(rate, LEAST); });
    var line = { label: "burn rate", stroke: colors.line, width: 2, points: { show: false } };
    var found = { data: [plot.times, rates, constant(rates.length, 1)], series: [{}, line, dashed("budget", colors.mark)] };
    if (plot.page) {
      found.data.push(constant(rates.length, plot.page));
      found.series.push(dashed("page", colors.bad));
    }
    var high = rates.reduce(function (most, rate) { return Math.max(most, rate || 0); }, Math.max(plot.page || 0, 10));
    found.y = { distr: 3, range: [LEAST, high * 1.5] };
    found.labels = function (u, splits) { return splits.map(function (each) { return each === null ? "" : String(each); }); };
    return found;
  }

  function draw(element, colors, width) {
    var plot = data.plots[element.dataset.plot];
    var made = (element.dataset.kind === "left" ? leftPlot : burnPlot)(plot, colors);
    var old = drawn.get(element);
    if (old) { old.destroy(); }
    var options = {
      width: width || element.clientWidth, height: 200, series: made.series, cursor: { show: false }, legend: { show: false },
      scales: { x: { time: true }, y: made.y }, tzDate: zoned,
      axes: [axis(colors, times, 40), axis(colors, made.labels, 56)]
    };
    drawn.set(element, new uPlot(options, made.data, element));
  }

  function redraw(colors) { drawn.forEach(function (_, element) { draw(element, colors); }); }

  var all = Array.prototype.slice.call(document.querySelectorAll(".plot"));
  var seen = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (entry.isIntersecting) {
        seen.unobserve(entry.target);
        if (!drawn.has(entry.target)) { draw(entry.target, palette()); }
      }
    });
  }, { rootMargin: "400px" });
  all.forEach(function (element) { seen.observe(element); });
  var sized = new ResizeObserver(function (entries) {
    entries.forEach(function (entry) {
      var plot = drawn.get(entry.target);
      if (plot && plot.width !== entry.target.clientWidth) {
        plot.setSize({ width: entry.target.clientWidth, height: 200 });
      }
    });
  });
  all.forEach(function (element) { sized.observe(element); });
  dark.addEventListener("change", function () { redraw(palette()); });
  window.addEventListener("beforeprint", function () {
    all.forEach(function (element) { draw(element, light, PAPER); });
  });
  window.addEventListener("afterprint", function () { redraw(palette()); });
})();
