// When the form is opened: what this browser kept of the same post and the server never got stands in it again, or, where
// something else stands there already, is offered. unsent-drafts.js offers on the desk what was kept of any post.
(() => {
  "use strict";

  const form = document.getElementById("form");
  const restored = document.getElementById("restored");
  const pattern = document.getElementById("on-the-shelf");
  /** Whether `shown` has all that was `kept`; earlier versions kept fewer fields, which says nothing of the others. */
  const same = (kept, shown) => Object.entries(kept).every(([name, value]) => value === (shown[name] ?? value));

  function fill(entry, known) {
    restored.hidden = false;
    say(restored, words.time(entry.at));
    document.getElementById("unsaved")?.remove();
    offerCover(entry.fields.cover);
    document.dispatchEvent(new CustomEvent("writing:fill", { detail: { entry, known } }));
  }

  /** The form offers the newest pictures; one that was chosen and is older has to be there to stay chosen. */
  function offerCover(hash) {
    const covers = [...form.querySelectorAll("[name=cover]")];
    if (!hash || covers.some(({ value }) => value === hash)) return;
    const item = covers[0].closest("li").cloneNode(true);
    const radio = item.querySelector("input");
    Object.assign(radio, { value: hash, checked: false });
    radio.nextSibling.textContent = ` ${covers[0].closest("fieldset").dataset.chosen}`;
    covers[0].closest("ul").append(item);
  }

  function offer(entry, known) {
    const notice = pattern.content.firstElementChild.cloneNode(true);
    say(notice, words.time(entry.at, { day: true }));
    notice.querySelector("button").onclick = () => {
      notice.remove();
      fill(entry, known);
    };
    pattern.before(notice);
  }

  function say(notice, at) {
    const says = notice.querySelector("[data-sentence]");
    says.textContent = words.filled(says.dataset.sentence, { at });
  }

  async function look() {
    const typed = form.elements.sent.value;
    let filled = false;
    for (const entry of await shelf.left(form.elements.post.value, form.elements.form.value)) {
      const response = await fetch(`${form.dataset.autosave}?form=${encodeURIComponent(entry.form)}`, {
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
      if (!response.ok) return;
      const known = (await response.json()).sent;
      if (known >= entry.sent || same(entry.fields, shelf.fieldsOf(form))) {
        shelf.done(entry.form, entry.sent);
        continue;
      }
      // A text that began from what is shown here takes its place by itself, unless one types already.
      const begins = ["", entry.form].includes(form.elements.continues.value);
      const sameBase = entry.base === Number(form.elements.base_version.value);
      const undisturbed = !filled && begins && sameBase && typed === form.elements.sent.value;
      filled ||= undisturbed;
      if (undisturbed) fill(entry, known);
      else offer(entry, known);
    }
  }

  look().catch(() => {}); // without the network there is nothing to compare with
})();
