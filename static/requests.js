// Requests that change something. They carry the CSRF token of the page. If the session has ended and the author signed
// in again elsewhere, they are sent once more with the token of the new session.

import { data, find } from "./dom.js";

const TIMEOUT = 30_000; // milliseconds until a server that does not answer counts as gone

/** @typedef {{ status: number, said: any }} Answer `said` is the JSON of the answer, null if it has none. */

const token = () => find("[name=csrf_token]", HTMLInputElement).value;

/** @returns {Record<string, string>} */
const headers = () => ({ Accept: "application/json", "X-CSRFToken": token() });

/**
 * What the server says at `address` to the author, null if it says nothing of use, as to a visitor.
 * @param {string} address
 */
export async function get(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" }, redirect: "manual" });
  return response.ok ? await response.json() : null;
}

/** Take the token of the session that there is now; true if there is one. */
async function renewToken() {
  const said = await get(data(document.body, "renewal"));
  if (!said) return false;
  for (const field of document.querySelectorAll("[name=csrf_token]")) {
    if (field instanceof HTMLInputElement) field.value = said.csrf_token;
  }
  return true;
}

/**
 * Send `body` once. Rejects if no answer comes.
 * @param {string} address
 * @param {FormData} body
 * @param {RequestInit} [options]
 * @returns {Promise<Answer>}
 */
export async function post(address, body, options = {}) {
  const response = await fetch(address, {
    method: "POST",
    body,
    headers: headers(),
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT),
    ...options,
  });
  const json = response.headers.get("Content-Type")?.startsWith("application/json");
  return { status: response.status, said: json ? await response.json() : null };
}

/**
 * Send `body` once and tell how far it is. Only XMLHttpRequest tells that. Rejects if no answer comes.
 * @param {string} address
 * @param {FormData} body
 * @param {{ signal: AbortSignal, onProgress?: (share: number) => void }} options
 * @returns {Promise<Answer>}
 */
function upload(address, body, { signal, onProgress = () => {} }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    signal.addEventListener("abort", () => request.abort());
    request.addEventListener("abort", () => reject(signal.reason));
    request.addEventListener("error", () => reject(new TypeError("no answer")));
    request.addEventListener("load", () => resolve({ status: request.status, said: request.response }));
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.open("POST", address);
    request.responseType = "json";
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.send(body);
  });
}

/**
 * Whether the session of the token may have ended. Without a session the answer is 403, with another one 400. What is
 * wrong with the content is told as `error` or `errors`.
 * @param {Answer} answer
 */
export const isSignedOut = ({ status, said }) =>
  status === 403 || (status === 400 && !said?.error && !said?.errors);

/**
 * Do `once`; if the session has ended and another one begun, once more with its token.
 * @param {FormData} body
 * @param {() => Promise<Answer>} once
 */
async function withRenewal(body, once) {
  const answer = await once();
  if (!isSignedOut(answer) || !(await renewToken().catch(() => false))) return answer;
  if (body.has("csrf_token")) body.set("csrf_token", token());
  return once();
}

/**
 * Send `body`. Rejects if no answer comes.
 * @param {string} address
 * @param {FormData} body
 */
export const send = (address, body) => withRenewal(body, () => post(address, body));

/**
 * Send `body`, with files, and tell how far it is. Rejects if no answer comes or `signal` is aborted.
 * @param {string} address
 * @param {FormData} body
 * @param {{ signal: AbortSignal, onProgress?: (share: number) => void }} options
 */
export const sendFiles = (address, body, options) => withRenewal(body, () => upload(address, body, options));
