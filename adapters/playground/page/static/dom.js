// Builds elements from plain values. Text always goes in as text: nothing here, or anywhere on the page, parses markup.

const SVG = "http://www.w3.org/2000/svg";

/** el("button", {class: "x", test: "tg-send", on: {click}, hidden: true}, "text", child, ...) */
export function el(tag, traits = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(traits)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (name === "test") node.dataset.test = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const PATHS = {
  send: "M3.5 20.5 21 12 3.5 3.5l0 6.6L15 12 3.5 13.9z",
  reply: "M10 8V4l-7 7 7 7v-4.1c5 0 8.5 1.6 11 5.1-1-5-4-10-11-11z",
  close: "m6 6 12 12M18 6 6 18",
  file: "M6 2.5h8l5 5v14H6zM13.5 3v5h5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  down: "m6 9 6 6 6-6",
  clip: "m20 11-8.6 8.6a5 5 0 0 1-7-7l8.9-8.9a3.4 3.4 0 0 1 4.8 4.8l-8.9 8.9a1.7 1.7 0 0 1-2.4-2.4l7.9-7.9",
  play: "M8 5v14l11-7z",
  bolt: "M13 3 5 13.5h6L10 21l8.5-11H12z",
  list: "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
  eye: "M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12zm10-2.8a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6z",
  warning: "M12 9v4.5m0 3.2v.01M12 3 1.8 20.5h20.4z",
  open: "M8 5h-3.5v14.5H19V16M12 4.5h7.5V12M19 5l-9 9",
};
const FILLED = new Set(["send", "reply", "play"]);

/** A small drawing that says nothing to screen readers: the control around it carries the name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", FILLED.has(name) ? "icon filled" : "icon");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** Only web addresses and this page's own files are ever put into a link. */
export function safeAddress(address) {
  try {
    const url = new URL(address, location.href);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

export function link(address, ...children) {
  const safe = safeAddress(address);
  if (!safe) return el("span", {}, ...children);
  return el("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/**
 * Makes the children of `box` show `items` and keeps every node whose item did not change, with its focus and state.
 * An item is {key, look, draw}: it is drawn again when `look` differs.
 */
export function syncList(box, items) {
  const before = new Map([...box.children].map((node) => [node.dataset.key, node]));
  let place = box.firstChild;
  for (const { key, look, draw } of items) {
    let node = before.get(key);
    before.delete(key);
    if (node && node.look !== look) {
      const held = node.contains(document.activeElement);
      const fresh = draw();
      if (place === node) place = fresh;
      node.replaceWith(fresh);
      node = fresh;
      if (held) node.focus({ preventScroll: true });
    }
    node ??= draw();
    node.dataset.key = key;
    node.look = look;
    if (node === place) place = place.nextSibling;
    else box.insertBefore(node, place);
  }
  for (const node of before.values()) node.remove();
}

/** Keeps the reader of `box` at its newest message, unless they have scrolled up to read. Returns (jump, draw) => draws. */
export function keepAtEnd(box) {
  let pinned = true;
  const settle = () => {
    if (pinned) box.scrollTop = box.scrollHeight;
  };
  box.addEventListener("scroll", () => (pinned = box.scrollHeight - box.scrollTop - box.clientHeight < 60), { passive: true });
  new ResizeObserver(settle).observe(box);
  return (jump, draw) => {
    pinned ||= jump;
    draw();
    settle();
  };
}

/** Replaces what a box holds and gives the keyboard back to the same control. */
export function refill(box, look, nodes) {
  const held = box.contains(document.activeElement) ? document.activeElement.dataset.test : null;
  box.look = look;
  box.replaceChildren(...nodes.filter(Boolean));
  if (held) box.querySelector(`[data-test="${held}"]`)?.focus();
}
