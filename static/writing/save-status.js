// Says where the text is: saved, kept by the server, in this browser only, or nowhere. The page has the sentences.

import { data, find } from "../dom.js";
import { fill } from "../i18n.js";
import { form } from "./form-fields.js";

const kept = find("#kept", HTMLElement);
const aloud = find("#aloud", HTMLElement);
const signIn = find("#sign-in", HTMLAnchorElement);

/** The kind of sentence that tells of trouble, "" when all is well. */
let current = "";
export const trouble = () => current;

/** @param {string} sentence said to those who do not see the page */
export const announce = (sentence) => {
  aloud.textContent = sentence;
};

/**
 * Say the sentence `kind` of the page.
 * @param {string} kind
 * @param {{ at?: string, why?: string, sentence?: string }} [values] `sentence`: what is said in its place
 */
export function say(
  kind,
  { at = "", why = data(kept, "why"), sentence = fill(data(kept, kind), { at, why }) } = {},
) {
  kept.textContent = sentence;
  kept.dataset.kind = kind;
  signIn.hidden = kind !== "signedOut";
  if (kind === "signedOut")
    signIn.href = `${data(form, "signIn")}?next=${encodeURIComponent(location.pathname)}`;
  const found = ["saved", "kept", "saving"].includes(kind) ? "" : kind;
  // Said aloud when it changes for worse or better, and not with each sending.
  if (found !== current) announce(sentence);
  current = found;
}
