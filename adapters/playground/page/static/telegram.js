// The Telegram side: one person's chat with the bot, as a Telegram client shows it.

import { act } from "./api.js";
import { createComposer } from "./composer.js";
import { alertPopup, toast } from "./dialogs.js";
import { el, icon, keepAtEnd, refill, safeAddress, syncList } from "./dom.js";
import { documentNode, packed } from "./files.js";
import { menuButton } from "./menu.js";
import { chatTitle, peopleRow } from "./people.js";
import { plainText, telegramNodes } from "./telegram_html.js";
import { language, said, t } from "./texts.js";
import { day, dayKey, time, zoneOf } from "./times.js";

export function createTelegram(panel, { pick, perform }) {
  const who = el("div", { class: "who" });
  const title = el("div", { class: "chat-title" });
  const log = el("div", { class: "log", role: "log", tabindex: "0", test: "tg-chat" });
  const menu = menuButton({ class: "commands", test: "tg-commands" }, el("span", {}), () => commandItems(), () => true);
  const composer = createComposer({
    prefix: "tg",
    placeholder: "write",
    send: (text, files) => (files.length ? sendFiles(text, files) : say(text)),
    beside: [menu],
    about: asFileNode,
    refused: (words) => toast(panel, words, "tg-toast"),
  });
  const atEnd = keepAtEnd(log);
  panel.append(who, title, log, composer.node);

  let person = null; // PersonView
  let chat = [];
  let commands = [];
  let invited = false;
  let zone = "UTC";
  const whole = new WeakSet(); // files to be sent as they are, without being made a photo or a video
  const answering = new Map(); // person id -> id of the message the next text answers to
  const asked = new Map(); // person id -> id of the newest force-reply already taken up

  function takeReply() {
    const reply_to = answering.get(person.id) ?? null;
    answering.delete(person.id);
    showNote();
    return reply_to;
  }

  function say(text) {
    const body = { person: person.id, text, reply_to: takeReply() };
    return perform(() => act("telegram/say", body));
  }

  /** One message a file, the words under the first, as an app sends them. */
  async function sendFiles(text, files) {
    const [id, reply_to] = [person.id, takeReply()];
    let taken = true;
    for (const [index, file] of files.entries()) {
      const caption = index ? "" : text;
      const body = async () => ({ person: id, file: await packed(file), sent_as: kindOf(file), caption, reply_to });
      taken = (await perform(async () => act("telegram/send", await body()))) && taken;
    }
    return taken;
  }

  function kindOf(file) {
    const seen = whole.has(file) ? null : file.type.match(/^(?:image\/(?:png|jpeg|webp)|(video)\/mp4)$/);
    return seen ? (seen[1] ?? "photo") : "document";
  }

  function asFileNode(file) {
    if (kindOf(file) === "document") return [];
    const turn = (event) => (event.target.checked ? whole.add(file) : whole.delete(file));
    return [el("label", {}, el("input", { type: "checkbox", test: "tg-as-file", on: { change: turn } }), t("asFile"))];
  }

  const commandItems = () =>
    commands.map(({ command, description }) => ({
      label: `/${command}`,
      hint: description,
      test: `tg-command-${command}`,
      act: () => say(`/${command}`),
    }));

  async function tap(button, message, data) {
    button.classList.add("busy");
    const body = { person: person.id, message_id: message.id, data };
    const answer = await perform(() => act("telegram/tap", body));
    button.classList.remove("busy");
    if (!answer?.answer) return;
    if (answer.alert) alertPopup(answer.answer);
    else toast(panel, answer.answer, "tg-toast");
  }

  function reply(message) {
    answering.set(person.id, message.id);
    showNote();
    composer.focus();
  }

  function showNote() {
    const message = chat.find((one) => one.id === answering.get(person.id));
    const drop = () => {
      answering.delete(person.id);
      showNote();
    };
    if (message) composer.setNote(t("replyTo", { name: authorOf(message) }), excerpt(message), drop);
    else composer.setNote(null);
    const hint = message?.force_reply?.placeholder;
    composer.show(person.id, hint);
  }
  composer.onEscape(() => {
    answering.delete(person.id);
    showNote();
  });

  const authorOf = (message) => (message.from_bot ? "Soglas" : said(person.name));

  function excerpt(message) {
    const body = message.html ? telegramNodes(message.html, null) : [message.text ?? ""];
    const text = el("span", {}, body).textContent.trim() || message.document?.name || "";
    return text.split("\n")[0].slice(0, 140);
  }

  function messageNode(message) {
    const quoted = chat.find((one) => one.id === message.reply_to);
    const keys = (message.buttons ?? []).filter((row) => row.length > 0);
    const again = { class: "reply", type: "button", test: `tg-reply-${message.id}`, title: t("reply"), "aria-label": t("reply") };
    return el(
      "article",
      {
        class: message.from_bot ? "message" : "message own",
        test: `tg-message-${message.id}`,
        tabindex: "-1",
        "aria-label": authorOf(message),
        on: { dblclick: (event) => event.target.closest("button, a") || reply(message) },
      },
      el(
        "div",
        { class: "wrap" },
        el(
          "div",
          { class: "bubble" },
          quoted && quoteNode(quoted),
          message.document && documentNode(message.document),
          el("div", { class: "text", dir: "auto" }, bodyOf(message)),
          el(
            "span",
            { class: "meta" },
            message.edited && el("span", { class: "edited" }, t("edited")),
            el("time", { datetime: message.at }, time(message.at, zone, language())),
          ),
        ),
        keys.length > 0 && el("div", { class: "keys" }, keys.map((row) => el("div", {}, row.map((key) => keyNode(message, key))))),
      ),
      el("button", { ...again, on: { click: () => reply(message) } }, icon("reply")),
    );
  }

  function bodyOf(message) {
    if (message.from_bot && message.html) return telegramNodes(message.html, say);
    return plainText(message.text ?? "", message.from_bot ? say : null);
  }

  function quoteNode(quoted) {
    const show = () => {
      const node = log.querySelector(`[data-test="tg-message-${quoted.id}"]`);
      node?.scrollIntoView({ block: "center", behavior: "smooth" });
      node?.focus({ preventScroll: true });
    };
    return el(
      "button",
      { class: "quote", type: "button", test: "tg-quote", on: { click: show } },
      el("strong", {}, authorOf(quoted)),
      el("span", { dir: "auto" }, excerpt(quoted)),
    );
  }

  function keyNode(message, key) {
    const traits = { class: `key ${key.style ?? ""}`, test: "tg-button", title: key.text, dir: "auto" };
    const address = key.url && safeAddress(key.url);
    if (address) return el("a", { ...traits, href: address, target: "_blank", rel: "noopener noreferrer" }, key.text);
    const press = (event) => tap(event.currentTarget, message, key.data);
    return el("button", { ...traits, type: "button", disabled: !key.data, on: { click: press } }, key.text);
  }

  function draw(changedPerson) {
    const items = [];
    let last = null;
    for (const message of chat) {
      const key = dayKey(message.at, zone);
      const text = day(message.at, zone, language());
      if (key !== last) items.push({ key: `day ${key}`, look: text, draw: () => el("div", { class: "day" }, el("span", {}, text)) });
      last = key;
      const quoted = chat.find((one) => one.id === message.reply_to);
      const look = JSON.stringify([person.id, message, quoted, language()]);
      items.push({ key: `message ${message.id}`, look, draw: () => messageNode(message) });
    }
    if (chat.length === 0) {
      const look = `${t("emptyTelegram")} ${invited}`;
      items.push({ key: "empty", look, draw: invited ? invitationNode : () => el("p", { class: "empty" }, t("emptyTelegram")) });
    }
    atEnd(changedPerson, () => syncList(log, items));
  }

  function invitationNode() {
    const open = () => perform(() => act("telegram/invitation", { person: person.id }));
    const button = el("button", { class: "key success", type: "button", test: "tg-invitation", on: { click: open } }, t("openInvitation"));
    return el("div", { class: "empty" }, el("p", {}, t("invited")), button);
  }

  /** A question of the bot that wants a reply is answered without a further click, as clients do. */
  function takeUpQuestion() {
    const question = chat.at(-1);
    if (!question?.force_reply || !question.from_bot || asked.get(person.id) === question.id) return;
    asked.set(person.id, question.id);
    answering.set(person.id, question.id);
  }

  return function show(state) {
    const people = state.people.filter((one) => one.messenger === "telegram");
    const next = people.find((one) => one.id === state.telegram.person);
    panel.hidden = !next;
    if (!next) return;
    const changedPerson = person?.id !== next.id;
    [person, chat, zone] = [next, state.telegram.chat, zoneOf(state.clock, next.market)];
    ({ commands = [], invited = false } = state.telegram);
    menu.hidden = commands.length === 0;
    menu.firstChild.firstChild.textContent = t("menu");
    const row = { prefix: "tg", messenger: "Telegram", people, shown: person.id, unread: state.unread, pick };
    const look = JSON.stringify([row, language()]);
    if (look !== who.look) refill(who, look, peopleRow(row));
    title.replaceChildren(...chatTitle(person, "Telegram", el("span", { class: "kind" }, t("bot"))));
    takeUpQuestion();
    draw(changedPerson);
    showNote();
  };
}
