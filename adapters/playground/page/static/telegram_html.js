// Turns the bot's Telegram HTML into nodes through a list of what is allowed; every other tag leaves only its text.

import { el, link } from "./dom.js";

const PLAIN = {
  b: "b", strong: "strong", i: "i", em: "em", u: "u", ins: "ins", s: "s", strike: "s", del: "del",
  code: "code", pre: "pre", blockquote: "blockquote",
};

/** `say` is called with a command ("/inbox") when the reader presses one in the text. */
export function telegramNodes(html, say) {
  // The parsed document is inert: it runs nothing and loads nothing. Nodes are copied out of it, never moved.
  const parsed = new DOMParser().parseFromString(html, "text/html");
  return copyChildren(parsed.body, say);
}

function copyChildren(parent, say) {
  return [...parent.childNodes].flatMap((node) => copy(node, say));
}

function copy(node, say) {
  if (node.nodeType === Node.TEXT_NODE) return plainText(node.data, say);
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const tag = node.localName;
  const inside = copyChildren(node, ["code", "pre", "a"].includes(tag) ? null : say);
  if (Object.hasOwn(PLAIN, tag)) return [el(PLAIN[tag], {}, inside)];
  if (tag === "tg-spoiler" || (tag === "span" && node.className === "tg-spoiler")) return [spoiler(inside)];
  if (tag === "a") return [link(node.getAttribute("href") ?? "", inside)];
  return inside;
}

function spoiler(inside) {
  const open = () => button.classList.add("shown");
  const button = el("button", { class: "spoiler", type: "button", test: "tg-spoiler", on: { click: open } }, inside);
  return button;
}

/** Text as it is, with /commands made pressable, as Telegram does. */
export function plainText(text, say) {
  if (!say) return [text];
  return text.split(/((?<![^\s(])\/[a-z][a-z0-9_]{1,31}(?![\w/]))/).map((part, index) => {
    if (index % 2 === 0) return part;
    return el("button", { class: "command", type: "button", test: "tg-command", on: { click: () => say(part) } }, part);
  });
}
