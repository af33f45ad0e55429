// The Slack side: one person's messages with the app and its home tab, as a Slack client shows them.

import { act } from "./api.js";
import { createComposer } from "./composer.js";
import { toast } from "./dialogs.js";
import { el, icon, keepAtEnd, refill, syncList } from "./dom.js";
import { documentNode, packed } from "./files.js";
import { menuButton } from "./menu.js";
import { mrkdwnNodes } from "./mrkdwn.js";
import { avatar, botFace, chatTitle, peopleRow } from "./people.js";
import { blockNodes, lowDown } from "./slack_blocks.js";
import { createTabs } from "./slack_home.js";
import { createModal } from "./slack_view.js";
import { language, said, t } from "./texts.js";
import { day, dayKey, time, zoneOf } from "./times.js";

export function createSlack(panel, { pick, perform }) {
  const who = el("div", { class: "who" });
  const title = el("div", { class: "chat-title" });
  const log = el("div", { class: "log", role: "log", tabindex: "0", test: "sl-chat" });
  const bolt = menuButton({ class: "bare bolt", test: "sl-shortcuts" }, icon("bolt"), () => shortcutItems("", null), () => true);
  const composer = createComposer({
    prefix: "sl",
    placeholder: "writeSlack",
    send: (text, files) => (files.length ? share(text, files) : say(text)),
    beside: [bolt],
    refused: (words) => toast(stage, words, "sl-toast"),
  });
  const atEnd = keepAtEnd(log);
  const stage = el("div", { class: "stage" }, title); // a modal covers this, and not the faces
  panel.append(who, stage);

  let person = null; // PersonView
  let people = [];
  let chat = [];
  let shortcuts = [];
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
    fill: (view, ...rest) => fill(view.id, ...rest),
    zone: () => zone,
  });
  const tabs = createTabs({
    parts: [log, composer.node],
    look: (tab) => perform(() => act("slack/look", { person: person.id, tab })),
    nameOf,
    use: (...rest) => use(...rest),
    zone: () => zone,
  });
  stage.append(...tabs.nodes, log, composer.node);

  function say(text) {
    if (text.startsWith("/")) return perform(() => act("slack/command", { person: person.id, text }));
    const body = { person: person.id, text, thread_ts: threads.get(person.id) ?? null };
    return perform(() => act("slack/say", body));
  }

  async function share(text, files) {
    const body = { person: person.id, text, thread_ts: threads.get(person.id) ?? null };
    return perform(async () => act("slack/share", { ...body, files: await Promise.all(files.map(packed)) }));
  }

  const fill = (view_id, block_id, action_id, entry) =>
    perform(() => act("slack/fill", { person: person.id, view_id, block_id, action_id, entry }));

  /** What the app offers anywhere (no `ts`) or about a message. */
  function shortcutItems(about, ts) {
    const use = (callback_id) => perform(() => act("slack/shortcut", { person: person.id, callback_id, ts }));
    const offered = shortcuts.filter((one) => one.about === about);
    return offered.map(({ callback_id, name }) => ({ label: name, test: `sl-shortcut-${callback_id}`, act: () => use(callback_id) }));
  }

  async function use(ts, node, block_id, action_id, { value = null, selected = null, entry = null }) {
    const holder = node.closest(".message, .modal");
    holder?.querySelector(".not-acked")?.remove();
    node.classList.add("busy");
    const body = { person: person.id, ts, block_id: block_id ?? "", action_id: action_id ?? "", value, selected };
    const answer = await (entry ? fill(ts, block_id, action_id, entry) : perform(() => act("slack/tap", body)));
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
    if (parent) composer.setNote(t("threadNote"), excerpt(parent), () => setThread(null));
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
    const context = { nameOf, zone, use: (...rest) => use(message.ts, ...rest) };
    return el(
      "article",
      { class: message.ephemeral ? "message ephemeral" : "message", test: `sl-message-${message.ts}`, tabindex: "-1", "aria-label": author },
      message.ephemeral && el("p", { class: "only-you" }, icon("eye"), t("onlyYou")),
      message.from_bot ? botFace() : avatar(person.id, author),
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
        replies.length > 0 && threadNode(message, replies),
      ),
      message.ephemeral ? null : toolsNode(message),
    );
  }

  function threadNode(message, replies) {
    const write = { class: "thread-box", type: "button", test: `sl-thread-box-${message.ts}`, on: { click: () => setThread(message.ts) } };
    return el(
      "div",
      { class: "thread", test: `sl-thread-${message.ts}` },
      replies.map((one) => messageNode(one, [])),
      el("button", write, `${t("thread")}…`),
    );
  }

  /** What stands at a message's corner: the thread, and what the app offers to do with the message. */
  function toolsNode(message) {
    const inThread = message.thread_ts && message.thread_ts !== message.ts;
    const thread = { class: "bare", type: "button", test: `sl-reply-${message.ts}`, title: t("thread"), "aria-label": t("thread") };
    const more = { class: "bare", test: `sl-more-${message.ts}`, title: t("more"), "aria-label": t("more") };
    return el(
      "div",
      { class: "tools" },
      !inThread && el("button", { ...thread, on: { click: () => setThread(message.ts) } }, icon("reply")),
      shortcuts.some((one) => one.about) && menuButton(more, icon("more"), () => shortcutItems("message", message.ts), lowDown),
    );
  }

  /** A reply that stands in the chat as well: it says where it belongs, and leads there. */
  function alsoNode(message, parent) {
    const node = messageNode({ ...message, thread_ts: null }, []);
    node.dataset.test = `sl-also-${message.ts}`;
    const lead = () => {
      const goal = log.querySelector(`[data-test="sl-message-${parent.ts}"]`);
      goal?.scrollIntoView({ block: "start", behavior: "smooth" });
      goal?.focus({ preventScroll: true });
    };
    const words = [t("repliedTo"), " ", el("span", { dir: "auto" }, excerpt(parent))];
    node.querySelector(".author").after(el("button", { class: "of-thread", type: "button", on: { click: lead } }, words));
    node.querySelector(".tools").remove();
    return node;
  }

  /** The first line of what a message says; its `text` is only what a notification would say. */
  function excerpt(message) {
    const text = message.blocks?.find((block) => block.text)?.text.text ?? message.text ?? "";
    return el("span", {}, mrkdwnNodes(text, nameOf)).textContent.split("\n")[0].slice(0, 140);
  }

  function draw(changedPerson) {
    const known = new Set(chat.map((one) => one.ts));
    const parentOf = (one) => (one.thread_ts && one.thread_ts !== one.ts && known.has(one.thread_ts) ? one.thread_ts : null);
    const items = [];
    let last = null;
    for (const message of chat.filter((one) => !parentOf(one) || one.in_chat_too)) {
      const key = dayKey(message.at, zone);
      const text = day(message.at, zone, language());
      if (key !== last) items.push({ key: `day ${key}`, look: text, draw: () => el("div", { class: "day" }, el("span", {}, text)) });
      last = key;
      const parent = chat.find((one) => one.ts === parentOf(message));
      const replies = chat.filter((one) => parentOf(one) === message.ts);
      const look = JSON.stringify([person.id, message, replies, parent?.text, shortcuts, language()]);
      const draw = () => (parent ? alsoNode(message, parent) : messageNode(message, replies));
      items.push({ key: `message ${message.ts}`, look, draw });
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
    shortcuts = state.slack.shortcuts ?? [];
    bolt.hidden = !shortcuts.some((one) => !one.about);
    for (const name of ["aria-label", "title"]) bolt.firstChild.setAttribute(name, t("shortcuts"));
    const row = { prefix: "sl", messenger: "Slack", people: here, shown: person.id, unread: state.unread, pick };
    const look = JSON.stringify([row, language()]);
    if (look !== who.look) refill(who, look, peopleRow(row));
    title.replaceChildren(...chatTitle(person, "Slack", el("span", { class: "app" }, t("app"))));
    draw(changedPerson);
    showNote();
    tabs.show(person.id, state.slack.home ?? null, language());
    showModal(state.slack.views, language());
  };
}
