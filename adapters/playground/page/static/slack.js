// The Slack side: one person's direct messages with the app, as a Slack client shows them.

import { act } from "./api.js";
import { createComposer } from "./composer.js";
import { el, icon, keepAtEnd, refill, syncList } from "./dom.js";
import { documentNode } from "./files.js";
import { mrkdwnNodes } from "./mrkdwn.js";
import { avatar, botFace, chatTitle, peopleRow } from "./people.js";
import { blockNodes } from "./slack_blocks.js";
import { createModal } from "./slack_view.js";
import { language, said, t } from "./texts.js";
import { day, dayKey, time, zoneOf } from "./times.js";

export function createSlack(panel, { pick, perform }) {
  const who = el("div", { class: "who" });
  const title = el("div", { class: "chat-title" });
  const log = el("div", { class: "log", role: "log", tabindex: "0", test: "sl-chat" });
  const composer = createComposer({ prefix: "sl", placeholder: "writeSlack", send: say });
  const atEnd = keepAtEnd(log);
  const stage = el("div", { class: "stage" }, title, log, composer.node); // a modal covers this, and not the faces
  panel.append(who, stage);

  let person = null; // PersonView
  let people = [];
  let chat = [];
  let zone = "UTC";
  const threads = new Map(); // person id -> ts of the thread being written in

  const nameOf = (id) => {
    const found = people.find((one) => one.id === id || String(one.chat_id) === id);
    return found && said(found.name);
  };
  const showModal = createModal(stage, {
    nameOf,
    send: (view, values) => perform(() => act("slack/submit", { person: person.id, view_id: view.id, values })),
    close: (view) => perform(() => act("slack/close", { person: person.id, view_id: view.id })),
    use: (view, node, ...rest) => use(view.id, node, ...rest),
  });

  function say(text) {
    if (text.startsWith("/")) return perform(() => act("slack/command", { person: person.id, text }));
    const body = { person: person.id, text, thread_ts: threads.get(person.id) ?? null };
    return perform(() => act("slack/say", body));
  }

  async function use(ts, node, block_id, action_id, { value = null, selected = null }) {
    const holder = node.closest(".message, .modal");
    holder?.querySelector(".not-acked")?.remove();
    node.classList.add("busy");
    const body = { person: person.id, ts, block_id: block_id ?? "", action_id: action_id ?? "", value, selected };
    const answer = await perform(() => act("slack/tap", body));
    node.classList.remove("busy");
    if (!answer || answer.acked) return;
    const late = el("p", { class: "not-acked", role: "alert", test: "sl-not-acked" }, icon("warning"), t("notAcked"));
    node.closest(".b-actions, .b-section")?.after(late);
  }

  function setThread(ts) {
    if (ts) threads.set(person.id, ts);
    else threads.delete(person.id);
    showNote();
    composer.focus();
  }
  composer.onEscape(() => setThread(null));

  function showNote() {
    const parent = chat.find((one) => one.ts === threads.get(person.id));
    const excerpt = parent && el("span", {}, mrkdwnNodes(parent.text ?? "", nameOf)).textContent.split("\n")[0];
    if (parent) composer.setNote(t("threadNote"), excerpt.slice(0, 140), () => setThread(null));
    else composer.setNote(null);
    composer.show(person.id);
  }

  const authorOf = (message) => (message.from_bot ? "Soglas" : (nameOf(message.user) ?? said(person.name)));

  /** Only the bot's text is mrkdwn; a person's is shown as typed. */
  function bodyOf(message, context) {
    if (message.from_bot && message.blocks?.length) return blockNodes(message.blocks, context);
    const text = message.text ?? "";
    return [el("div", { class: "b-text", dir: "auto" }, message.from_bot ? mrkdwnNodes(text, nameOf) : text)];
  }

  function messageNode(message, replies) {
    const author = authorOf(message);
    const context = { nameOf, use: (...rest) => use(message.ts, ...rest) };
    const inThread = message.thread_ts && message.thread_ts !== message.ts;
    const thread = { class: "reply", type: "button", test: `sl-reply-${message.ts}`, title: t("thread"), "aria-label": t("thread") };
    return el(
      "article",
      { class: message.ephemeral ? "message ephemeral" : "message", test: `sl-message-${message.ts}`, tabindex: "-1", "aria-label": author },
      message.ephemeral && el("p", { class: "only-you" }, icon("eye"), t("onlyYou")),
      message.from_bot ? botFace() : avatar(message.user ?? person.id, author),
      el(
        "div",
        { class: "content" },
        el(
          "p",
          { class: "author" },
          el("strong", {}, author),
          message.from_bot && el("span", { class: "app" }, t("app")),
          el("time", { datetime: message.at }, time(message.at, zone, language())),
        ),
        bodyOf(message, context),
        message.edited && el("span", { class: "edited" }, t("editedSlack")),
        message.files?.length > 0 && el("div", { class: "files" }, message.files.map(documentNode)),
        replies.length > 0 && el("div", { class: "thread", test: `sl-thread-${message.ts}` }, replies.map((one) => messageNode(one, []))),
      ),
      !inThread && !message.ephemeral && el("button", { ...thread, on: { click: () => setThread(message.ts) } }, icon("reply")),
    );
  }

  function draw(changedPerson) {
    const known = new Set(chat.map((one) => one.ts));
    const parentOf = (one) => (one.thread_ts && one.thread_ts !== one.ts && known.has(one.thread_ts) ? one.thread_ts : null);
    const items = [];
    let last = null;
    for (const message of chat.filter((one) => !parentOf(one))) {
      const key = dayKey(message.at, zone);
      const text = day(message.at, zone, language());
      if (key !== last) items.push({ key: `day ${key}`, look: text, draw: () => el("div", { class: "day" }, el("span", {}, text)) });
      last = key;
      const replies = chat.filter((one) => parentOf(one) === message.ts);
      const look = JSON.stringify([person.id, message, replies, language()]);
      items.push({ key: `message ${message.ts}`, look, draw: () => messageNode(message, replies) });
    }
    if (chat.length === 0) {
      const text = t("emptySlack");
      items.push({ key: "empty", look: text, draw: () => el("p", { class: "empty" }, text) });
    }
    atEnd(changedPerson, () => syncList(log, items));
  }

  return function show(state) {
    const here = state.people.filter((one) => one.messenger === "slack");
    const next = here.find((one) => one.id === state.slack.person);
    panel.hidden = !next;
    if (!next) return;
    const changedPerson = person?.id !== next.id;
    [person, people, chat, zone] = [next, state.people, state.slack.chat, zoneOf(state.clock, next.market)];
    const row = { prefix: "sl", messenger: "Slack", people: here, shown: person.id, unread: state.unread, pick };
    const look = JSON.stringify([row, language()]);
    if (look !== who.look) refill(who, look, peopleRow(row));
    title.replaceChildren(...chatTitle(person, "Slack", el("span", { class: "app" }, t("app"))));
    draw(changedPerson);
    showNote();
    showModal(state.slack.views, language());
  };
}
