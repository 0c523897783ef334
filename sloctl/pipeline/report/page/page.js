(function () {
  "use strict";
  document.documentElement.classList.add("scripted"); // without scripts there are no empty frames
  var data = JSON.parse(document.getElementById("data").textContent);
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var light = { text: "#444", grid: "#ddd", line: "#0b57b4", fill: "#0b57b422", mark: "#8a5300", bad: "#b3261e",
                shade: "#b3261e26" };
  var drawn = new Map();
  var day = uPlot.fmtDate("{D} {MMM}");
  var clock = uPlot.fmtDate("{HH}:{mm}");
  var LEAST = 0.1;
  var PAPER = 336; // two graphs beside each other on A4 and on Letter; what is drawn does not shrink with the page

  function palette() {
    var style = window.getComputedStyle(document.documentElement);
    var read = function (name) { return style.getPropertyValue(name).trim(); };
    return { text: read("--soft"), grid: read("--grid"), line: read("--line"), fill: read("--fill"),
             mark: read("--warn"), bad: read("--bad"), shade: read("--shade") };
  }

  function zoned(seconds) { return uPlot.tzDate(new Date(seconds * 1000), data.zone); }

  function axis(colors, values, size) {
    return { stroke: colors.text, values: values, size: size,
             grid: { stroke: colors.grid, width: 1 }, ticks: { stroke: colors.grid, width: 1 } };
  }

  function dates(u, splits, index, space, step) {
    return splits.map(function (at) { return (step >= 86400 ? day : clock)(zoned(at)); });
  }

  function dashed(label, color) { return { label: label, stroke: color, width: 1, dash: [6, 4], points: { show: false } }; }

  function constant(count, value) { return new Array(count).fill(value); }

  function times(plot) {
    var last = plot.left.length - 1;
    return plot.left.map(function (_, index) { return index === last ? plot.end : plot.start + index * plot.step; });
  }

  function percent(u, value) { return value === null ? "" : value + " %"; }

  var hovered = { label: "At", value: function (u, at) {
    return at === null ? "point at the graph" : day(zoned(at)) + " " + clock(zoned(at));
  } };

  function shade(plot, colors) {
    return function (u) {
      plot.incidents.forEach(function (span) {
        var left = u.valToPos(span[0], "x", true), right = u.valToPos(span[1], "x", true);
        u.ctx.fillStyle = colors.shade;
        u.ctx.fillRect(left, u.bbox.top, Math.max(2, right - left), u.bbox.height);
      });
    };
  }

  // One colour above 0, the other one below: what is overspent.
  function parted(above, below) {
    return function (u) {
      var range = u.scales.y, height = u.bbox.height;
      if (!height || range.min >= 0) { return above; }
      var zero = Math.min(1, range.max / (range.max - range.min));
      var colors = u.ctx.createLinearGradient(0, u.bbox.top, 0, u.bbox.top + height);
      [[0, above], [zero, above], [zero, below], [1, below]].forEach(function (stop) { colors.addColorStop(stop[0], stop[1]); });
      return colors;
    };
  }

  function leftPlot(plot, colors) {
    var last = plot.left.length - 1;
    var even = plot.left.map(function (_, index) { return 100 * (1 - index / last); });
    var low = Math.min(0, Math.min.apply(null, plot.left));
    var line = { label: "Left", stroke: parted(colors.line, colors.bad), fill: parted(colors.fill, colors.shade), width: 2, points: { show: false }, value: percent };
    return {
      data: [times(plot), plot.left, even, constant(plot.left.length, 0)],
      series: [hovered, line, dashed("even", colors.text), dashed("none", colors.bad)],
      y: { range: [low, 100] },
      labels: function (u, splits) { return splits.map(function (each) { return each + " %"; }); }
    };
  }

  function burnPlot(plot, colors) {
    var rates = plot.burn.map(function (rate) { return rate === null ? null : Math.max(rate, LEAST); });
    var line = { label: "Burn rate", stroke: colors.line, width: 2, points: { show: false },
                 value: function (u, _, series, index) { return index === null ? "" : String(plot.burn[index]); } };
    var found = { data: [times(plot), rates, constant(rates.length, 1)], series: [hovered, line, dashed("budget", colors.mark)] };
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
    var dot = function (u, index) { return index === 1 ? colors.line : "transparent"; };
    var old = drawn.get(element);
    if (old) { old.destroy(); }
    var options = {
      width: width || element.clientWidth, height: 200, series: made.series, legend: { isolate: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7, fill: dot, stroke: dot } }, hooks: { drawClear: [shade(plot, colors)] },
      scales: { x: { time: true }, y: made.y }, tzDate: zoned,
      axes: [axis(colors, dates, 32), axis(colors, made.labels, 56)]
    };
    drawn.set(element, new uPlot(options, made.data, element));
  }

  function redraw(colors) { drawn.forEach(function (_, element) { draw(element, colors); }); }

  function find() {
    var wanted = filter.value.trim().toLowerCase().split(/\s+/);
    var count = 0;
    document.querySelectorAll("[data-find]").forEach(function (each) {
      var text = each.dataset.find.toLowerCase();
      each.hidden = !wanted.every(function (word) { return text.includes(word); });
      if (!each.hidden && each.matches("tr")) { count += 1; }
    });
    document.querySelectorAll(".service").forEach(function (each) {
      each.hidden = !each.querySelector("[data-find]:not([hidden])");
    });
    document.getElementById("shown").textContent = filter.value ? count + " of " + rows.length + " budgets" : "";
  }

  function compare(one, other) {
    return isNaN(one) || isNaN(other) ? one.localeCompare(other) : Number(one) - Number(other);
  }

  function order(head, index) {
    var up = head.ariaSort !== "ascending";
    heads.forEach(function (each) { each.removeAttribute("aria-sort"); });
    head.ariaSort = up ? "ascending" : "descending";
    rows.sort(function (one, other) {
      return (up ? 1 : -1) * compare(one.cells[index].dataset.v, other.cells[index].dataset.v);
    });
    rows[0].parentNode.append.apply(rows[0].parentNode, rows);
  }

  function sortable(head, index) {
    var button = document.createElement("button");
    button.textContent = head.textContent;
    button.addEventListener("click", function () { order(head, index); });
    head.replaceChildren(button);
  }

  function reveal() {
    var target = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    var article = target && target.closest("article");
    if (article && article.querySelector("details")) { article.querySelector("details").open = true; }
  }

  var filter = document.getElementById("filter");
  var heads = Array.from(document.querySelectorAll(".overview thead th"));
  var rows = Array.from(document.querySelectorAll(".overview tbody tr"));
  document.querySelector(".tools").hidden = rows.length < 2;
  filter.addEventListener("input", find);
  heads.forEach(sortable);
  window.addEventListener("hashchange", reveal);
  reveal();

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
    all.forEach(function (element) { if (element.offsetParent) { draw(element, light, PAPER); } });
  });
  window.addEventListener("afterprint", function () { redraw(palette()); });
})();
