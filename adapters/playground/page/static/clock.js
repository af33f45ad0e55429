// The top bar: the demo's moment at every office, the buttons that move it, and the page's language.

import { el, refill } from "./dom.js";
import { ask } from "./dialogs.js";
import { LANGUAGES, language, said, t } from "./texts.js";
import { soon, time, weekday } from "./times.js";

function officeNode(office, now) {
  const lang = language();
  const edge = office.open ? office.closes_at : office.opens_at;
  const when = edge ? soon(edge, now, office.zone, lang) : null;
  const state = office.open ? (when ? "openUntil" : "open") : when ? "closedUntil" : "closed";
  return el(
    "div",
    { class: `office ${office.open ? "is-open" : "is-closed"}`, test: `clock-office-${office.market}` },
    el("time", { class: "big", datetime: now }, time(now, office.zone, lang)),
    el(
      "div",
      {},
      el("div", { class: "where" }, el("strong", {}, said(office.title)), el("span", {}, weekday(now, office.zone, lang))),
      el("div", { class: "state" }, t(state, { time: when })),
    ),
  );
}

function jump(to, hint, move, off) {
  const tip = hint ?? t("hourTip");
  return el(
    "button",
    { type: "button", test: `clock-${to}`, title: tip, disabled: off, on: { click: () => move(to) } },
    el("span", {}, t(to)),
    hint && el("small", {}, hint),
  );
}

function hintFor(moment, clock) {
  if (!moment) return t("nothingAhead");
  const first = clock.offices.at(language() === "ru" ? 0 : -1);
  return `${soon(moment, clock.now, first.zone, language())}, ${said(first.title)}`;
}

function languageNode(choose) {
  const one = (code) =>
    el(
      "button",
      {
        type: "button",
        test: `lang-${code}`,
        lang: code,
        "aria-pressed": String(code === language()),
        on: { click: () => choose(code) },
      },
      code.toUpperCase(),
    );
  return el("div", { class: "languages", role: "group", "aria-label": t("language") }, LANGUAGES.map(one));
}

async function askRestart(restart) {
  const agreed = await ask({ text: t("restartAsk"), yes: t("restartYes"), danger: true, test: "restart-ask" });
  if (agreed) restart();
}

/** Draws the bar again when something on it changed. */
export function showTop(box, clock, { move, restart, choose, busy }) {
  const look = JSON.stringify([clock, busy, language()]);
  if (look === box.look) return; // a button must not be replaced under the pointer
  const again = { type: "button", class: "quiet", test: "restart", title: t("restartTip"), disabled: busy };
  const nodes = [
    el(
      "div",
      { class: "brand" },
      el("img", { src: "/static/logo.svg", alt: "", width: "36", height: "36" }),
      el("div", {}, el("h1", {}, "Soglas"), el("p", {}, t("tagline"))),
    ),
    el(
      "div",
      { class: "clock", test: "clock-now", "data-now": clock.now },
      clock.offices.map((office) => officeNode(office, clock.now)),
    ),
    el(
      "div",
      { class: "moves", role: "group", "aria-label": t("clockGroup"), "aria-busy": String(busy) },
      jump("hour", null, move, busy),
      jump("deadline", hintFor(clock.next_deadline, clock), move, busy || !clock.next_deadline),
      jump("opening", hintFor(clock.next_opening, clock), move, busy || !clock.next_opening),
      el("button", { ...again, on: { click: () => askRestart(restart) } }, t("restart")),
    ),
    languageNode(choose),
  ];
  refill(box, look, nodes);
}
