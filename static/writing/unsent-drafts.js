// The desk offers every text that this browser kept and the server never got, whatever became of its post.
(() => {
  "use strict";

  const section = document.getElementById("left-here");
  const list = section.querySelector("ul");
  const pattern = section.querySelector("template");
  const wrong = section.querySelector(".wrong");
  const token = section.querySelector("[name=csrf_token]").value;

  /** Give the server the text, as the form that it was typed in would have done; the page that shows it then. */
  async function send(entry) {
    const body = new FormData();
    const { form, post, base: base_version, sent, zone = "", fields } = entry;
    for (const [name, value] of Object.entries({ form, post, base_version, sent, zone, ...fields })) body.set(name, value);
    const response = await fetch(section.dataset.autosave, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token },
      redirect: "error",
    });
    if (!response.ok) throw new Error(response.status);
    const { address } = await response.json();
    shelf.done(form, sent);
    location.assign(address ?? location.href);
  }

  function offer(entry) {
    const item = pattern.content.cloneNode(true);
    const button = item.querySelector("button");
    item.querySelector(".row-title bdi").textContent = entry.fields.title || section.dataset.untitled;
    item.querySelector(".row-text bdi").textContent = words.shortened(entry.fields.body ?? "", 240);
    const time = item.querySelector("time");
    time.dateTime = new Date(entry.at).toISOString();
    time.textContent = words.time(entry.at, { day: true });
    button.onclick = () => {
      wrong.hidden = true;
      send(entry).catch(() => (wrong.hidden = false));
    };
    list.append(item);
    section.hidden = false;
  }

  async function look() {
    for (const entry of await shelf.left()) {
      const asked = `${section.dataset.autosave}?form=${encodeURIComponent(entry.form)}`;
      const response = await fetch(asked, { headers: { Accept: "application/json" }, redirect: "manual" });
      if (!response.ok) return;
      if ((await response.json()).sent >= entry.sent) shelf.done(entry.form, entry.sent);
      else offer(entry);
    }
  }

  look().catch(() => {}); // without the network there is nothing to compare with
})();
