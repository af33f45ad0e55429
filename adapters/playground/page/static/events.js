// The event log: what happened in the demo, newest first, with the moment at every office.

import { el, icon, syncList } from "./dom.js";
import { language, said, t } from "./texts.js";
import { soon, time } from "./times.js";

export function createEvents(panel, { folded, fold }) {
  const count = el("span", { class: "total" });
  const latest = el("span", { class: "latest", dir: "auto" });
  const title = el("span", {});
  const toggle = el("button", { type: "button", class: "fold", test: "event-log-toggle", "aria-controls": "event-list" });
  const list = el("ol", { id: "event-list", class: "log", test: "event-log", tabindex: "0" });
  toggle.append(title, count, latest, icon("down"));
  panel.append(el("h2", {}, toggle), list);

  const setFolded = (wish) => {
    panel.classList.toggle("folded", wish);
    document.body.classList.toggle("events-folded", wish);
    list.hidden = wish;
    toggle.setAttribute("aria-expanded", String(!wish));
  };
  toggle.addEventListener("click", () => {
    setFolded(!list.hidden);
    fold(list.hidden);
  });
  setFolded(folded);

  return function show(events, clock) {
    title.textContent = t("events");
    count.textContent = events.length ? String(events.length) : "";
    latest.textContent = events.length ? `${events.at(-1).request ?? ""} ${said(events.at(-1).what)}` : "";
    const items = events.toReversed().map((event) => ({
      key: `event ${event.seq}`,
      look: JSON.stringify([event, language(), clock.now.slice(0, 10)]),
      draw: () => eventNode(event, clock),
    }));
    const none = t("noEvents");
    if (!items.length) items.push({ key: "none", look: none, draw: () => el("li", { class: "empty" }, none) });
    syncList(list, items);
  };
}

function eventNode(event, clock) {
  const at = clock.offices.map((office, index) => {
    const write = index === 0 ? soon : (moment, _, zone, lang) => time(moment, zone, lang);
    return el("span", {}, write(event.at, clock.now, office.zone, language()), " ", said(office.title));
  });
  return el(
    "li",
    { test: `event-${event.seq}` },
    el("div", { class: "line" }, event.request && el("b", { class: "request" }, event.request), el("time", { class: "moment", datetime: event.at }, at)),
    el("p", { dir: "auto" }, said(event.what)),
    event.who && el("p", { class: "by" }, said(event.who)),
  );
}
