// One act of the reader is one entry of the browser's history. lib/own_page.py puts this before Streamlit's own script.
(() => {
  "use strict";
  const PAGE_LINK = 'a[data-testid="stPageLink-NavLink"]';
  const TEXT = '[data-testid="stMarkdownContainer"]';
  const BOX = ".st-key-find input";
  const DRAWN = `[data-testid="stDataFrame"], .stPlotlyChart, ${TEXT} a[href^="./"]`;
  const BOXES_PX = 40; // the column of boxes before a table's rows
  const DOUBLE_MS = 500;
  const NARROW_PX = 700; // of a window in which a chart has a telephone's form
  const DOUBLE_PX = 6;

  // Streamlit's switch to another page pushes twice: the new query string on the old page's path, then on the new one.
  // The second takes the first one's place. It is the second of two only when it has exactly the first one's query
  // string, when the reader did nothing in between, and when the last that the reader did before was not to follow a
  // link to a page: a link pushes once, so a push on the old path before it is a filter's own.
  const push = history.pushState.bind(history);
  let first = null; // the address of a push on its own page, while it may still be the first of two
  let isByLink = false; // whether the last that the reader did was to follow a link to a page
  let pushes = 0;
  // Whether the reader went Back or Forward last. Streamlit then still shows runs that were asked for before, and pushes
  // the address of each that is of another page: entries of places where the reader no longer is, on top of those that
  // he would go Forward to. The address is right already, so nothing is pushed until he does something.
  let isTravelling = false;

  history.pushState = (state, title, url) => {
    if (isTravelling) return;
    const to = new URL(url, location.href);
    const isHere = to.pathname === location.pathname;
    const isSecond = first === location.href && !isHere && to.search === location.search;
    first = isHere && !isByLink ? to.href : null;
    pushes += 1;
    if (!isHere) setTimeout(() => document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0)); // another page
    return isSecond ? history.replaceState(state, title, url) : push(state, title, url);
  };

  const acted = (event) => {
    const link = event.target.closest?.(PAGE_LINK);
    first = null;
    isTravelling = false;
    isByLink = Boolean(link);
    // Streamlit writes the link to the first page as a bare query string, which is a link to the page that one is on.
    if (link?.getAttribute("href").startsWith("?")) link.setAttribute("href", `./${link.getAttribute("href")}`);
  };

  // The second press of a double click is nothing that the reader wants to do. It would untick the row that is being
  // opened, or hit whatever stands at its place on the new page.
  let press = { time: -DOUBLE_MS, x: 0, y: 0, drawn: null, isPick: false, pushes: 0 };
  let isSecondPress = false;

  const pressed = (event) => {
    const isNear = Math.abs(event.clientX - press.x) < DOUBLE_PX && Math.abs(event.clientY - press.y) < DOUBLE_PX;
    const isSoon = event.timeStamp - press.time < DOUBLE_MS;
    isSecondPress = isNear && isSoon && press.drawn !== null && (press.isPick || pushes > press.pushes);
    if (isSecondPress) return;
    const drawn = event.target.closest?.(DRAWN) ?? null;
    const isPick = drawn !== null && (drawn.matches(".stPlotlyChart, a") || event.clientX - drawn.getBoundingClientRect().x < BOXES_PX);
    press = { time: event.timeStamp, x: event.clientX, y: event.clientY, drawn, isPick, pushes };
  };

  for (const type of ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "dblclick"]) {
    addEventListener(type, (event) => {
      if (type === "pointerdown") pressed(event);
      if (isSecondPress) {
        event.preventDefault();
        event.stopImmediatePropagation();
      } else if (type === "pointerdown" || type === "click") {
        acted(event);
      }
    }, true);
  }
  addEventListener("keydown", (event) => {
    isSecondPress = false;
    if (!event.repeat) acted(event);
  }, true);
  addEventListener("popstate", (event) => {
    first = null;
    isTravelling = event.isTrusted; // the one that we dispatch below follows an act of the reader
  });

  // What Streamlit does not do with a link: one to the page that one is on is shown, and the address left as it was;
  // one with Ctrl or Shift opens no new tab; one in a text always opens one. So the links in texts and charts, and those to the
  // page that one is on, go the way of Back and Forward, which read the address; and those that are to open elsewhere
  // are left to the browser.
  const folder = (path) => path.slice(0, path.lastIndexOf("/") + 1);
  const isOurs = (to) => to.origin === location.origin && folder(to.pathname) === folder(location.pathname);

  addEventListener("click", (event) => {
    const link = event.target.closest?.("a");
    const href = link?.href?.baseVal ?? link?.href; // of a link in a chart, and of any other
    if (!href || event.button || link.hasAttribute("download")) return;
    const isPageLink = link.matches(PAGE_LINK);
    if (!isPageLink && !link.closest(`${TEXT}, .js-plotly-plot`)) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
      if (isPageLink) event.stopImmediatePropagation();
      return;
    }
    const to = new URL(href, location.href);
    if (!isOurs(to) || (isPageLink && to.pathname !== location.pathname)) return;
    if (to.hash && to.pathname === location.pathname && to.search === location.search) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (to.pathname === location.pathname && to.search === location.search) return;
    push({}, "", to.href);
    dispatchEvent(new PopStateEvent("popstate"));
  }, true);

  // "/" leads to the box that finds, from wherever one does not write; what stands in it is there to be typed over, and
  // so it is after Enter.
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.(BOX)) setTimeout(() => event.target.select());
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    const box = document.querySelector(BOX);
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  }, true);

  // Charts fold their words for the window's width, which nothing else tells the server. It is read at the next
  // connection: Streamlit's script comes after this one.
  const tell = () => {
    document.cookie = `narrow=${innerWidth < NARROW_PX ? 1 : 0}; path=/; SameSite=Strict`;
  };
  tell();
  addEventListener("resize", tell);

  // A table without links scrolls within its own box: the keyboard must get into it to scroll.
  const reachable = () => {
    for (const box of document.querySelectorAll('[class*="st-key-rows_"] [data-testid="stMarkdownContainer"]')) {
      if (!box.hasAttribute("tabindex") && !box.querySelector("a")) box.tabIndex = 0;
    }
    isLooking = false;
  };
  let isLooking = false;
  new MutationObserver(() => {
    if (!isLooking) setTimeout(reachable, 200);
    isLooking = true;
  }).observe(document, { childList: true, subtree: true });
})();
