// Talks to the demo's server: one reading request, one waiting request, and the visitor's actions.

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(body.error ?? `${response.status}`), { status: response.status });
  return body;
}

export async function readState({ telegram, slack, eventsAfter }) {
  const asked = new URLSearchParams({ events_after: eventsAfter });
  if (telegram) asked.set("telegram", telegram);
  if (slack) asked.set("slack", slack);
  return answer(await fetch(`/demo/api/state?${asked}`));
}

/** Resolves with the demo's version: at once when it is no longer `version`, else after up to 20 s. */
export async function waitForChange(version) {
  return (await answer(await fetch(`/demo/api/wait?version=${version}`))).version;
}

export async function act(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return answer(await fetch(`/demo/api/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
}
