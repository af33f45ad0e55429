// Who the visitor is: the row of faces above a chat, with what each has not read.

import { el } from "./dom.js";
import { said, t } from "./texts.js";

const TONES = 8;

export function avatar(id, name, extra = "") {
  const sum = [...id].reduce((total, letter) => (total * 31 + letter.codePointAt(0)) % 9973, 7);
  const letters = name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("");
  return el("span", { class: `avatar tone-${sum % TONES} ${extra}`, "aria-hidden": "true" }, letters);
}

export const botFace = () => el("img", { class: "avatar logo", src: "/static/logo.svg", alt: "" });

/** A labelled row of buttons; `prefix` is "tg" or "sl". */
export function peopleRow({ prefix, messenger, people, shown, unread, pick }) {
  const face = (person) => {
    const name = said(person.name);
    const count = person.id === shown ? 0 : (unread[person.id] ?? 0);
    const title = [name, ...person.roles.map(said)].join("\n");
    return el(
      "button",
      {
        class: person.creator ? "person creator" : "person",
        type: "button",
        test: `${prefix}-person-${person.id}`,
        title,
        "aria-pressed": String(person.id === shown),
        "aria-label": count ? t("unread", { name, count }) : name,
        on: { click: () => pick(person.id) },
      },
      el("span", { class: "face" }, avatar(person.id, name), count > 0 && el("span", { class: "count" }, String(count))),
      el("span", { class: "name" }, name.split(" ")[0]),
    );
  };
  return [el("div", { class: "people", role: "group", "aria-label": t("people", { messenger }) }, people.map(face))];
}

/** The bar over a chat: the bot, and whose chat it is. */
export function chatTitle(person, messenger, mark) {
  const roles = person.roles.map(said).join(", ");
  const you = [t("you"), " ", el("strong", {}, said(person.name)), roles && ` · ${roles}`];
  return [
    botFace(),
    el("div", {}, el("h2", {}, "Soglas ", mark), el("p", { class: "you", title: roles }, you)),
    el("span", { class: "badge" }, messenger),
  ];
}
