// A button with a list of choices under or over it; the arrow keys walk through it, Escape and leaving shut it.

import { el } from "./dom.js";

/** `items()` gives [{label, hint, test, act}]; `up(button)` says whether the list opens upwards. */
export function menuButton(traits, face, items, up = () => false) {
  const list = el("div", { class: "menu", role: "menu", hidden: true });
  const button = el("button", { type: "button", "aria-haspopup": "menu", ...traits, on: { click: turn } }, face);

  function show(wish) {
    list.hidden = !wish;
    button.setAttribute("aria-expanded", String(wish));
  }

  function row({ label, hint, test, act }) {
    const choose = () => {
      show(false);
      act(button);
    };
    return el("button", { type: "button", role: "menuitem", test, dir: "auto", on: { click: choose } }, label, hint && el("small", {}, hint));
  }

  function turn() {
    if (list.hidden) list.replaceChildren(...items().map(row));
    list.classList.toggle("up", up(button));
    show(list.hidden);
    list.firstChild?.focus();
  }

  function walk(event) {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const rows = [...list.children];
      rows.at((rows.indexOf(document.activeElement) + step) % rows.length).focus();
    } else if (event.key === "Escape") {
      show(false);
      button.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const leave = (event) => event.currentTarget.contains(event.relatedTarget) || show(false);
  return el("span", { class: "menu-holder", on: { focusout: leave, keydown: walk } }, button, list);
}
