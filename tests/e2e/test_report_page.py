"""The page of `sloctl report` in a real browser: on a desk, on a phone, in the dark, on paper, and by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.cli.session import sloctl
from tests.support.browser import Browser, browsing
from tests.support.budgets import DAY, HOUR, NOW, SPEC, Incident, Month
from tests.support.http import serving

HOSTILE = "</script><script>console.log('run')</script><img src=x onerror=\"console.log('run')\">"
TAB = 9
HALF_OF_A4 = 350
"""CSS pixels, at the margins of Chromium; Letter is wider."""

CONTRASTS = """
(() => {
  const light = color => {
    const parts = color.match(/[\\d.]+/g).slice(0, 3).map(part => {
      const value = part / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const behind = element => {
    const color = getComputedStyle(element).backgroundColor;
    return color === 'rgba(0, 0, 0, 0)' && element.parentElement ? behind(element.parentElement) : color;
  };
  const names = 'h1, h2, h3, p, a, th, td, dt, dd, li, b, strong, label, button, caption, figcaption, .state, summary';
  const texts = [...document.querySelectorAll(names)];
  return Math.min(...texts.filter(each => each.textContent.trim()).map(each => {
    const pair = [light(getComputedStyle(each).color), light(behind(each))].sort((a, b) => b - a);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
  }));
})()
"""
"""The lowest contrast of any text with what is behind it, as WCAG 2 computes it."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on two regions with an outage and a page, and with texts that want to be more than texts."""
    folder = tmp_path_factory.mktemp("page")
    spec = SPEC.replace("Orders are accepted", "'" + HOSTILE.replace("'", "''") + "'")
    spec = spec.replace("total: requests_total}", "total: requests_total}, by: [region]")
    spec = spec.replace("https://grafana.example.org/d/shop", "javascript:console.log('run')")
    (folder / "spec.yaml").write_text(spec)
    outage = Incident(NOW - 3 * DAY, 9 * HOUR, 0.9)
    pages = ((outage.start + 600, outage.start + 9 * HOUR), (NOW - 20 * DAY, NOW - 20 * DAY + HOUR))
    with serving(Month((outage,), regions=("eu", HOSTILE), pages=pages)) as server:
        done = sloctl("report", "spec.yaml", "--prometheus", server.url, "-o", "page.html", cwd=folder)
    assert 0 == done.code, done.err
    return folder / "page.html"


@pytest.fixture(scope="module")
def browser(tool: Callable[[str], str]) -> Iterator[Browser]:
    """A headless Chromium."""
    with browsing(tool("chromium")) as found:
        yield found


@pytest.mark.parametrize(("width", "dark"), [(1200, False), (1200, True), (390, False)], ids=["desk", "dark", "phone"])
def test_the_page_is_drawn_without_a_complaint(browser: Browser, page: Path, width: int, *, dark: bool) -> None:
    """Two graphs per budget, nothing wider than the window, nothing on the console, nothing fetched from anywhere."""
    browser.complaints.clear()
    browser.requests.clear()
    browser.open(page, width=width, height=5000, dark=dark)
    assert 4 == browser.script("document.querySelectorAll('.plot canvas').length")
    assert browser.script("[...document.querySelectorAll('canvas')].every(each => each.width > 200)")
    assert width == browser.script("document.documentElement.scrollWidth")
    assert [] == browser.complaints
    assert [page.as_uri()] == [url for url in browser.requests if not url.startswith("data:")]


def test_graphs_show_the_data(browser: Browser, page: Path) -> None:
    """The line of the burn-down falls where the outage was: blue and high before it, red and low after it."""
    browser.open(page, width=1200, height=5000)
    heights = browser.script("""(() => {
      const canvas = document.querySelector('.plot[data-kind=left] canvas');
      const line = canvas.getContext('2d');
      const heights = (x, fits) => {
        const data = line.getImageData(Math.round(canvas.width * x), 0, 1, canvas.height).data;
        const all = Array.from({length: canvas.height}, (_, y) => data.slice(4 * y, 4 * y + 4));
        return all.flatMap((pixel, y) => pixel[3] > 200 && fits(pixel) ? [y / canvas.height] : []);
      };
      const blue = ([red, , blue]) => red < 40 && blue > 150, red = ([red, , blue]) => red > 150 && blue < 60;
      return [heights(0.3, blue)[0], heights(0.95, blue).length, heights(0.95, red).pop()];
    })()""")
    assert heights[0] < 0.3
    assert 0 == heights[1]
    assert heights[2] > 0.5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_has_contrast(browser: Browser, page: Path, *, dark: bool) -> None:
    """At least 4.5 to 1 (WCAG 2, AA), and the dark page is dark."""
    browser.open(page, width=1200, dark=dark)
    assert 4.5 <= browser.script(CONTRASTS)
    background = browser.script("getComputedStyle(document.body).backgroundColor")
    assert ("rgb(16, 18, 22)" if dark else "rgb(245, 246, 248)") == background


def test_texts_of_specs_and_labels_stay_texts(browser: Browser, page: Path) -> None:
    """Markup in a description or a label value is shown; an address that is no web page is not a link."""
    browser.complaints.clear()
    browser.open(page, width=1200)
    assert [0, 2, []] == browser.script("""[document.images.length, document.scripts.length,
        [...document.links].filter(each => each.protocol === 'javascript:')]""")
    assert HOSTILE in browser.script("document.querySelector('article p').textContent")
    assert [] == browser.complaints


def test_the_content_policy_refuses_other_scripts(browser: Browser, page: Path) -> None:
    """Even markup that found its way in would not run."""
    browser.complaints.clear()
    browser.open(page, width=1200)
    browser.script("""new Promise(done => {
      const script = document.createElement('script');
      script.textContent = 'window.hasRun = true';
      document.body.append(script);
      setTimeout(done, 50);
    })""")
    assert browser.script("window.hasRun") is None
    assert any("Content Security Policy" in each for each in browser.complaints)


def test_the_keyboard_reaches_everything(browser: Browser, page: Path) -> None:
    """Tab goes to the skip link first, then in the order of the page to every link, table and list of numbers."""
    browser.open(page, width=390)
    browser.script("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    order = []
    for _ in range(60):
        browser.press("Tab", TAB)
        order.append(browser.script("document.activeElement.outerHTML.slice(0, 60)"))
        assert browser.script("document.activeElement === document.body || "
                              "getComputedStyle(document.activeElement).outlineStyle !== 'none'")  # fmt: skip
    wanted = browser.script(
        "[...document.querySelectorAll('a, input, button, summary, [tabindex]')]"
        ".filter(each => each.checkVisibility()).map(each => each.outerHTML.slice(0, 60))"
    )
    assert order[0].startswith('<a class="skip"')
    assert wanted == order[: len(wanted)]


def test_a_screen_reader_hears_the_same(browser: Browser, page: Path) -> None:
    """Headings leave out no level, tables name their columns, graphs say what they show and have their numbers."""
    browser.open(page, width=1200)
    levels = browser.script("[...document.querySelectorAll('h1, h2, h3, h4')].map(each => +each.tagName[1])")
    assert 1 == levels[0] == levels.count(1)
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert browser.script("[...document.querySelectorAll('table:not(.u-legend)')].every(each => each.tHead)")
    assert browser.script("[...document.querySelectorAll('.plot')].every(each => each.ariaLabel)")
    assert [2, 2] == browser.script("[document.querySelectorAll('.graphs').length, "
                                    "document.querySelectorAll('.graphs + details table').length]")  # fmt: skip
    assert "en" == browser.script("document.documentElement.lang")
    ids = browser.script("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(set(ids)) == len(ids)
    for attribute in ("aria-labelledby", "href"):
        targets = browser.script(f"""[...document.querySelectorAll('[{attribute}]')]
            .map(each => each.getAttribute('{attribute}'))""")
        inside = {each.removeprefix("#") for each in targets if attribute != "href" or each.startswith("#")}
        assert set() == inside - set(ids)


def test_what_needs_somebody_is_first(browser: Browser, page: Path) -> None:
    """The page begins with the frozen budget, what the policy asks for, and its runbook; the table has it on top."""
    browser.open(page, width=1200)
    assert "What needs somebody first" == browser.script("document.querySelector('h2').textContent")
    first = browser.script("document.querySelector('.first li').textContent")
    assert [True] * 4 == [said in first for said in ("frozen", " % left", "Freeze releases", "Runbook of checkout")]
    states = browser.script("[...document.querySelectorAll('.overview .state')].map(each => each.textContent)")
    assert ["frozen", "frozen"] == states


def test_budgets_are_found_and_sorted(browser: Browser, page: Path) -> None:
    """The filter leaves what has all its words, in the table and below; a click on a heading sorts, another turns."""
    browser.open(page, width=1200)
    names = "[...document.querySelectorAll('.overview tbody tr:not([hidden])')].map(each => each.innerText)"
    assert 2 == len(browser.script(names))
    browser.script("filter.value = 'region=eu frozen'; filter.dispatchEvent(new Event('input'))")
    assert [True] == ["region=eu" in name for name in browser.script(names)]
    assert "1 of 2 budgets" == browser.script("document.getElementById('shown').textContent")
    assert 1 == browser.script("document.querySelectorAll('article:not([hidden])').length")
    browser.script("filter.value = ''; filter.dispatchEvent(new Event('input'))")
    orders = []
    for _ in range(2):
        browser.script("document.querySelector('.overview button').click()")
        orders.append([name.split("region=")[1][:2] for name in browser.script(names)])
    assert [["</", "eu"], ["eu", "</"]] == orders
    assert "descending" == browser.script("document.querySelector('.overview th').ariaSort")


@pytest.mark.parametrize("width", [320, 390, 768])
def test_long_names_leave_the_figures_in_sight(browser: Browser, page: Path, width: int) -> None:
    """A label value of 90 characters breaks; what is left of each budget stands within the window."""
    browser.open(page, width=width)
    assert width == browser.script("document.documentElement.scrollWidth")
    cells = "[...document.querySelectorAll('.overview td:nth-child(3)')]"
    rights = browser.script(f"{cells}.map(each => each.getBoundingClientRect().right)")
    assert [True, True] == [right < width for right in rights]


def test_on_paper_all_graphs_are_there(browser: Browser, page: Path) -> None:
    """Graphs that were never scrolled to are drawn for the printer, in the colours of paper."""
    browser.open(page, width=390, height=300, dark=True)
    assert 4 > browser.script("document.querySelectorAll('.plot canvas').length")
    browser.script("window.dispatchEvent(new Event('beforeprint'))")
    widths = browser.script("[...document.querySelectorAll('.plot canvas')].map(each => each.clientWidth)")
    assert [True] * 4 == [width <= HALF_OF_A4 for width in widths]
    assert browser.print().startswith(b"%PDF")
    browser.call("Emulation.setEmulatedMedia", media="print", features=[])
    assert "rgb(255, 255, 255)" == browser.script("getComputedStyle(document.body).backgroundColor")
    assert "none" == browser.script("getComputedStyle(document.querySelector('nav')).display")


def test_without_scripts_the_numbers_are_there(browser: Browser, page: Path) -> None:
    """Everything but the graphs is in the text of the page, and nothing is shown that would not work."""
    bare = page.with_name("bare.html")
    text = page.read_text(encoding="utf-8")
    bare.write_text(text[: text.index('<script type="application/json"')], encoding="utf-8")
    browser.open(bare, width=1200)
    shown = "['.graphs', '.tools', '.overview button', 'details.numbers'].map(name => "
    shown += "[...document.querySelectorAll(name)].filter(each => each.checkVisibility()).length)"
    assert [0, 0, 0, 2] == browser.script(shown)
    body = text[text.index("<body>") : text.index('<script type="application/json"')]
    for said in ("2026-11-20 12:00", "frozen", '<rect class="page"', "https://runbooks.example.org/checkout"):
        assert said in body
