// How the form sends what it holds: with the token of the session that there is now, also if the author signed in anew
// elsewhere since the page was opened.
globalThis.sending = (() => {
  "use strict";

  const TIMEOUT = 30_000; // milliseconds until a server that says nothing counts as gone

  const form = document.getElementById("form");

  /** Send `body`; the answer's status, and what it says if it is JSON. */
  async function post(address, body, options = {}) {
    const response = await fetch(address, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrf_token.value },
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
      ...options,
    });
    const json = response.headers.get("Content-Type")?.startsWith("application/json");
    const said = json ? await response.json() : null;
    if (said?.unread !== undefined) document.dispatchEvent(new CustomEvent("writing:counted", { detail: said.unread }));
    if (said?.warnings !== undefined) document.dispatchEvent(new CustomEvent("writing:warned", { detail: said.warnings }));
    return { status: response.status, said };
  }

  /** Take the token of a new session; true if there is one. */
  async function renew() {
    const response = await fetch(form.dataset.autosave, { headers: { Accept: "application/json" }, redirect: "manual" });
    if (!response.ok) return false;
    const token = (await response.json()).csrf_token;
    for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token;
    return true;
  }

  /** The same as `post`; if the session has ended and another begun, once more with its token. */
  async function send(address, body) {
    let answer = await post(address, body);
    if ((answer.status === 403 || answer.said?.stale) && (await renew())) {
      body.set("csrf_token", form.elements.csrf_token.value);
      answer = await post(address, body);
    }
    return answer;
  }

  return { post, send };
})();
