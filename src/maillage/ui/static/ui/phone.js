// The phone's own comfort: what waits is shown and sent, the round is kept, dragged, planned from here.
// Every page works without it, while there is a network.
(() => {
  "use strict";
  const strip = document.getElementById("phone-strip");
  const phone = self.maillagePhone;
  if (!strip || !("serviceWorker" in navigator) || !("indexedDB" in window)) return;
  const words = strip.dataset;
  phone.contact = words.contact;
  const made = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text }, more);

  async function show() {
    const mine = await phone.mine();
    const offline = !navigator.onLine;
    const warning = await phone.warning();
    strip.hidden = !mine.length && !offline && !warning.words;
    strip.querySelector("[data-count]").textContent =
      [offline ? words.offline : "", mine.length ? words.waiting.replace("0", mine.length) : "",
        warning.words ? `${warning.firm}. ${warning.words}` : ""].filter(Boolean).join(" ");
    strip.querySelector("button").hidden = !mine.length;
    strip.querySelector("ul").replaceChildren(...mine.map(line));
    strip.dataset.n = mine.length;
  }

  function line(entry) {
    const item = made("li", entry.firm);
    const note = (entry.body.find(([name]) => name === "note") ?? ["", ""])[1];
    if (note) item.append(made("p", note));
    const { answer } = entry;
    if (!answer) return item;
    const fields = Object.values(answer.fields ?? {});
    item.append(made("p", [answer.reason, ...fields, answer.remedy].filter(Boolean).join(" ")));
    if (answer.there) item.append(made("p", `${words.there} ${answer.there}`));
    if (answer.visit) item.append(made("a", words.open, { href: answer.visit }), " ");
    else item.append(made("a", words.change, { href: `${entry.path}#kept=${entry.once}` }), " ");
    const drop = made("button", words.drop, { type: "button", className: "linklike" });
    drop.addEventListener("click", async () => {
      if (!window.confirm(words.dropping)) return;
      await phone.forget(entry.once);
      await show();
    });
    item.append(drop);
    return item;
  }

  async function send(again) {
    await phone.sweep();
    if (navigator.onLine) await phone.sendAll(again);
    await show();
  }

  // A form of a visit that was refused opens again with what was written, under the same key.
  async function fill() {
    const once = new URLSearchParams(location.hash.slice(1)).get("kept");
    const form = document.getElementById("visit");
    const entry = once && form && (await phone.mine()).find((one) => one.once === once);
    if (!entry) return;
    const given = (name) => entry.body.filter(([field]) => field === name).map(([, value]) => value);
    for (const field of form.elements) {
      if (!field.name || field.name === "csrfmiddlewaretoken") continue;
      if (["radio", "checkbox"].includes(field.type)) field.checked = given(field.name).includes(field.value);
      else field.value = given(field.name)[0] ?? "";
    }
    // The questions of another version of the grid are not on this page: their answers go back as they came.
    const shown = new Set([...form.elements].map((field) => field.name));
    for (const [name, value] of entry.body) {
      if (shown.has(name) || typeof value !== "string") continue;
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
  }

  async function keepRound() {
    const round = document.querySelector("[data-round]");
    if (!round || !navigator.onLine) return;
    const told = await phone.ask();
    if (!told || !told.rounds.includes(round.dataset.round)) return;
    const forms = [...document.querySelectorAll("a[data-keep]")].map((a) => [a.pathname, a.href]);
    await phone.keep({
      round: round.dataset.round, version: round.dataset.version, person: told.person,
      seconds: told.seconds, pages: [[location.pathname, location.href], ...forms],
    });
    round.dataset.kept = "yes";
  }

  // From here: the position is asked at the press, put in the form, and nowhere else.
  const here = document.querySelector("[data-from-here]");
  here?.addEventListener("submit", (event) => {
    if (here.dataset.asked || !navigator.geolocation) return;
    event.preventDefault();
    here.dataset.asked = "yes";
    const go = (at) => {
      if (at.coords) {
        here.elements.lat.value = at.coords.latitude;
        here.elements.lon.value = at.coords.longitude;
      }
      here.requestSubmit(here.elements.from);
    };
    navigator.geolocation.getCurrentPosition(go, go, { timeout: 8000, maximumAge: 60000 });
  });

  // Drag: the same order that the buttons make, sent once the finger lets go.
  const list = document.querySelector("ol.round");
  let dragged = null;
  for (const item of list?.querySelectorAll("[data-stop]") ?? []) {
    item.draggable = true;
    item.addEventListener("dragstart", () => { dragged = item; });
    item.addEventListener("dragover", (event) => {
      event.preventDefault();
      if (!dragged || dragged === item) return;
      const below = dragged.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING;
      item[below ? "after" : "before"](dragged);
    });
    item.addEventListener("dragend", () => {
      const form = document.getElementById("order");
      const keys = [...list.querySelectorAll("[data-stop]")].map((one) => one.dataset.stop);
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "order", value: keys.join(",") }));
      form.requestSubmit();
    });
  }

  strip.querySelector("button").addEventListener("click", () => send(true));
  document.addEventListener("submit", (event) => {
    const leaving = event.target.getAttribute("action") === words.leave;
    if (leaving && Number(strip.dataset.n) && !window.confirm(words.leaving.replace("0", strip.dataset.n))) event.preventDefault();
  }, true);
  window.addEventListener("online", () => send(false));
  window.addEventListener("offline", show);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(false); });
  navigator.serviceWorker.register(words.worker, { scope: "/" })
    .then(() => show()).then(fill).then(() => send(false)).then(keepRound).catch(() => {});
})();
