// Pictures: chosen, dropped or pasted (paste-and-drop.js), uploaded one after the other with a bar, described, and put into the
// text.
// What did not arrive stays where it is, described as it was, and can be sent again.
// Everything it says stands in templates/author/uploader.html.
(() => {
  "use strict";

  document.addEventListener("click", async ({ target }) => {
    const field = target.dataset?.copy && document.getElementById(target.dataset.copy);
    if (!field) return;
    field.select();
    await navigator.clipboard?.writeText(field.value).catch(() => document.execCommand("copy"));
    target.textContent = target.dataset.copied;
  });
  const showCopyButtons = () => document.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = false));
  showCopyButtons();

  const form = document.querySelector("[data-uploader]");
  if (!form) return;
  const chooser = form.querySelector("[type=file]");
  const list = document.querySelector("[data-uploads]");
  const pattern = document.querySelector("template[data-upload]");
  const announcer = document.querySelector("[data-upload-status]");
  const text = form.dataset.into ? document.getElementById(form.dataset.into) : null;
  let queue = Promise.resolve();

  form.querySelectorAll("[data-plain]").forEach((element) => (element.hidden = true));
  form.querySelectorAll("[data-scripted]").forEach((element) => (element.hidden = false));

  const say = (sentence, name = "") => (announcer.textContent = words.filled(sentence, { name }));

  // Whoever signed in again in another tab needs the token of the new session; true if there is one.
  async function renew() {
    const response = await fetch(form.dataset.renew, { headers: { Accept: "application/json" }, redirect: "manual" });
    if (!response.ok) return false;
    const token = (await response.json()).csrf_token;
    for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token;
    return true;
  }

  // Send `data` and give back what the server says of the image; reject with a sentence.
  async function send(address, data, options) {
    try {
      return await sendOnce(address, data, options);
    } catch (reason) {
      if (reason.signedOut && (await renew().catch(() => false))) return sendOnce(address, data, options);
      throw reason;
    }
  }

  function sendOnce(address, data, { signal, onProgress = () => {} }) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      signal.addEventListener("abort", () => request.abort());
      request.addEventListener("abort", () => reject({ sentence: form.dataset.failed }));
      request.open("POST", address);
      request.responseType = "json";
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", form.elements.csrf_token.value);
      request.upload.addEventListener("progress", (event) => event.lengthComputable && onProgress(event.loaded / event.total));
      request.addEventListener("error", () => reject({ sentence: form.dataset.failed, again: true }));
      request.addEventListener("load", () => {
        const said = request.response;
        if (request.status === 200 && said) resolve(said);
        else if (said?.error) reject({ sentence: said.error, again: false });
        else if (request.status === 403 || request.status === 400) reject({ sentence: form.dataset.signedOut, again: true, signedOut: true });
        else if (request.status === 413) reject({ sentence: form.dataset.tooLarge, again: false });
        else reject({ sentence: form.dataset.failed, again: true });
      });
      request.send(data);
    });
  }

  function take(file) {
    const item = pattern.content.firstElementChild.cloneNode(true);
    const [own, bar] = ["form", "progress"].map((which) => item.querySelector(which));
    const [progress, wrong, again, signIn, remove] = ["progress", "wrong", "again", "sign-in", "remove"].map((which) =>
      item.querySelector(`[data-${which}]`),
    );
    const removed = new AbortController();
    let image = null;
    let wanted = false;
    let describing = false;

    function tell(kind, share = 0) {
      progress.textContent = words.filled(progress.dataset[kind], { share: words.percent(share) });
      wrong.hidden = again.hidden = signIn.hidden = true;
      bar.hidden = kind === "done";
      progress.hidden = false;
    }

    function refuse({ sentence, again: mendable = false, signedOut = false }) {
      const focused = own.contains(document.activeElement);
      wrong.textContent = sentence;
      wrong.hidden = false;
      bar.hidden = progress.hidden = true;
      again.hidden = !mendable || Boolean(image);
      signIn.hidden = !signedOut;
      // Of a file that will never be taken there is nothing to say.
      item.querySelectorAll("[data-described]").forEach((element) => (element.hidden = !mendable && !image));
      if (focused && !mendable && !image) remove.focus();
      wanted = false;
    }

    async function upload() {
      if (removed.signal.aborted) return;
      if (file.size > Number(form.dataset.largest)) return refuse({ sentence: form.dataset.tooLarge });
      const data = new FormData();
      data.append("files", file, file.name || "picture");
      // At the end the server still makes the sizes: the bar runs without an end meanwhile.
      const onProgress = (share) => {
        if (share < 1) bar.value = share;
        else bar.removeAttribute("value");
        tell(share < 1 ? "sending" : "making", share);
      };
      onProgress(0);
      say(form.dataset.sending, file.name);
      try {
        image = await send(form.action, data, { signal: removed.signal, onProgress });
        tell("done");
        if (!own.elements.alt.value) own.elements.alt.value = image.alt;
        say(form.dataset.done, file.name);
        if (wanted) await finish();
      } catch (reason) {
        if (!reason.sentence) throw reason;
        refuse(reason);
      }
    }

    async function finish() {
      wanted = true;
      if (!image || describing) return;
      describing = true;
      tell("done");
      const data = new FormData();
      data.append("alt", own.elements.alt.value);
      try {
        const said = await send(image.describe, data, { signal: removed.signal });
        if (removed.signal.aborted) return;
        item.remove();
        if (text) insert(said.markdown);
        else show(said);
      } catch (reason) {
        if (!reason.sentence) throw reason;
        refuse(reason);
      } finally {
        describing = false;
      }
    }

    item.querySelector("[data-name]").textContent = file.name;
    bar.setAttribute("aria-label", words.filled(bar.getAttribute("aria-label"), { name: file.name }));
    remove.addEventListener("click", () => {
      removed.abort();
      item.remove();
      (text ?? chooser).focus();
    });
    own.addEventListener("submit", (event) => {
      event.preventDefault();
      finish();
    });
    again.addEventListener("click", () => {
      tell("waiting");
      own.elements.alt.focus(); // the button goes
      queue = queue.then(upload);
    });
    list.append(item);
    tell("waiting");
    queue = queue.then(upload);
    return own.elements.alt;
  }

  // At the cursor, as a paragraph of its own, so that it becomes a figure. execCommand keeps Ctrl+Z working.
  function insert(markdown) {
    const before = text.value.slice(0, text.selectionStart);
    const after = text.value.slice(text.selectionEnd);
    const above = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    const below = after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
    text.focus();
    if (!document.execCommand("insertText", false, above + markdown + below)) {
      text.setRangeText(above + markdown + below, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    say(form.dataset.inserted);
  }

  function show(said) {
    document.getElementById(`image-${said.hash}`)?.remove();
    document.querySelector("[data-none]")?.remove();
    document.getElementById("images").insertAdjacentHTML("afterbegin", said.card);
    showCopyButtons();
    (list.querySelector("input") ?? chooser).focus();
  }

  function takeAll(files) {
    form.closest("details")?.setAttribute("open", "");
    const fields = [...files].map(take);
    fields[0]?.focus();
  }

  chooser.addEventListener("change", () => {
    takeAll(chooser.files);
    chooser.value = "";
  });
  // paste-and-drop.js tells what was pasted or dropped.
  document.addEventListener("uploads:take", ({ detail }) => takeAll(detail));
})();
