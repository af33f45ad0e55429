// Starts the page: keeps what is shown, asks for news while the page is open, and hands it to the parts.

import { act, readState, waitForChange } from "./api.js";
import { showTop } from "./clock.js";
import { toast } from "./dialogs.js";
import { createEvents } from "./events.js";
import { createSlack } from "./slack.js";
import { createTelegram } from "./telegram.js";
import { setLanguage, t } from "./texts.js";

const KEPT = "soglas-demo";
const NOBODY = { telegram: undefined, slack: undefined };
const kept = readKept();
const shown = { telegram: kept.telegram, slack: kept.slack };
const at = (id) => document.getElementById(id);
let state = null;
let events = [];
let restarts = null;
let asking = 0; // how many state requests were sent; only the newest answer counts
let busy = false; // the clock is being moved

function readKept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

function keep(changes) {
  Object.assign(kept, changes);
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
}

/** Does something for the visitor, then shows what came of it. Resolves with the answer, or null when it failed. */
async function perform(deed) {
  let answer = null;
  try {
    answer = await deed();
  } catch (fault) {
    toast(document.body, t("refused", { reason: fault.message }), "refused");
  }
  await refresh().catch(() => {});
  return answer;
}

async function moving(deed) {
  busy = true;
  draw();
  try {
    await perform(deed);
  } finally {
    busy = false;
    draw();
  }
}

const choose = (code) => {
  setLanguage(code);
  keep({ language: code });
  draw();
};
const be = (messenger) => (id) => {
  shown[messenger] = id;
  keep({ [messenger]: id });
  refresh().catch(() => {});
};
const top = {
  move: (to) => moving(() => act("clock", { to })),
  restart: () => moving(() => act("restart")),
  choose,
};

const showTelegram = createTelegram(at("telegram"), { pick: be("telegram"), perform });
const showSlack = createSlack(at("slack"), { pick: be("slack"), perform });
const showEvents = createEvents(at("events"), {
  folded: kept.folded ?? window.innerWidth <= 1320,
  fold: (folded) => keep({ folded }),
});

function draw() {
  if (!state) return;
  showTop(at("top"), state.clock, { ...top, busy });
  showTelegram(state);
  showSlack(state);
  showEvents(events, state.clock);
  at("trouble").textContent = t("trouble");
}

async function refresh() {
  const mine = (asking += 1);
  const news = await readState({ ...shown, eventsAfter: events.at(-1)?.seq ?? 0 });
  if (mine !== asking) return;
  if (restarts !== null && (news.restarts !== restarts || news.version < state.version)) {
    forget();
    await refresh();
    return;
  }
  restarts = news.restarts;
  events = events.concat(news.events);
  state = news;
  shown.telegram = news.telegram.person;
  shown.slack = news.slack.person;
  draw();
}

/** The demo began anew: the log is read from its first line. */
function forget() {
  events = [];
  restarts = null;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function live() {
  for (;;) {
    try {
      await refresh();
      at("trouble").hidden = true;
      await waitForChange(state.version);
    } catch (fault) {
      if (fault.status === 400) Object.assign(shown, NOBODY); // a person kept from another playbook
      else at("trouble").hidden = false;
      at("trouble").textContent = t("trouble");
      forget(); // it may come back as another run, with other events
      await pause(fault.status === 400 ? 100 : 1000);
    }
  }
}

setLanguage(kept.language ?? (navigator.language.startsWith("ru") ? "ru" : "en"));
live();
