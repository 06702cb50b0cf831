// The phone's own comfort: what waits is shown and sent, the round is kept, dragged, planned from here.
// Every page works without it, while there is a network.
(() => {
  "use strict";
  const strip = document.getElementById("phone-strip");
  const phone = self.maillagePhone;
  if (!strip || !("serviceWorker" in navigator) || !("indexedDB" in window)) return;
  const MOST_PHOTOS = 6;
  const words = strip.dataset;
  const [sendNow, signIn] = ["button", "a"].map((tag) => strip.querySelector(tag)); // before any line has its own
  phone.contact = words.contact;
  const made = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text }, more);

  async function show() {
    const mine = await phone.mine();
    const photos = await phone.photos();
    const offline = !navigator.onLine;
    const warning = await phone.warning();
    const waiting = mine.length + photos.length;
    const stuck = waiting > 0 && phone.signedOut;
    strip.hidden = !waiting && !offline && !warning.words;
    strip.querySelector("[data-count]").textContent =
      [offline ? words.offline : "",
        mine.length ? `${words.waiting.replace("0", mine.length)}.` : "",
        photos.length ? `${words.photos.replace("0", photos.length)}.` : "",
        photos.length && !stuck && phone.sparing() ? words.sparing : "",
        stuck ? words.ended : "",
        warning.words ? `${warning.firm}. ${warning.words}` : ""].filter(Boolean).join(" ");
    sendNow.hidden = !waiting || stuck;
    signIn.hidden = !stuck;
    strip.querySelector("ul").replaceChildren(...mine.map(line), ...photos.filter(held).map(photoLine));
    strip.dataset.n = waiting;
  }

  // A photograph that does not go by itself: the server refused it, or its visit was never saved.
  const visitForm = document.getElementById("visit");
  const held = (photo) => photo.answer || (phone.unsaved.has(photo.once) && photo.visit !== visitForm?.elements.once.value);

  function photoLine(photo) {
    const { reason = words.unsaved, remedy = "" } = photo.answer ?? {};
    const item = made("li", photo.firm);
    item.append(made("p", [words.photo, reason, remedy].filter(Boolean).join(" ")));
    item.append(dropping(() => phone.forgetPhoto(photo.once)));
    return item;
  }

  function dropping(forget) {
    const drop = made("button", words.drop, { type: "button", className: "linklike" });
    drop.addEventListener("click", async () => {
      if (!window.confirm(words.dropping)) return;
      await forget();
      await show();
    });
    return drop;
  }

  function line(entry) {
    const item = made("li", entry.firm);
    const note = (entry.body.find(([name]) => name === "note") ?? ["", ""])[1];
    const { answer } = entry;
    if (note && !answer?.both) item.append(made("p", note));
    if (!answer) return item;
    const fields = Object.values(answer.fields ?? {});
    item.append(made("p", [answer.reason, ...fields, answer.remedy].filter(Boolean).join(" ")));
    if (answer.both) item.append(text(words.here, answer.both, 0), text(words.there, answer.both, 1));
    if (answer.visit) item.append(made("a", words.open, { href: answer.visit }));
    if (answer.correct) item.append(made("a", words.correct, { href: `${answer.correct}#kept=${entry.once}` }));
    if (!answer.visit) item.append(made("a", words.change, { href: `${entry.path}#kept=${entry.once}` }), " ");
    item.append(dropping(() => phone.forget(entry.once)));
    return item;
  }

  // One of two texts, whole; what the other one says otherwise stands out.
  function text(title, rows, side) {
    const all = made("dl", "", { className: "facts" });
    for (const [asked, ...said] of rows) {
      const told = made("dd", "");
      told.append(made(said[0] === said[1] ? "span" : "strong", said[side]));
      all.append(made("dt", asked), told);
    }
    const whole = made("section", "");
    whole.append(made("h3", title), all);
    return whole;
  }

  async function send(again) {
    await phone.sweep();
    if (navigator.onLine) await phone.sendAll(again);
    await show();
  }

  // A form of a visit that was refused opens again with what was written, under the same key; so does the correction of a
  // visit that was recorded with another text, whose own notes stay where no note of the phone takes their place.
  async function fill() {
    const once = new URLSearchParams(location.hash.slice(1)).get("kept");
    const form = document.querySelector("#visit, #correct");
    const entry = once && form && (await phone.mine()).find((one) => one.once === once);
    if (!entry) return;
    const correcting = form.id === "correct";
    const name = (field) => (correcting && field === "note" ? entry.answer?.note : field);
    const given = (wanted) => entry.body.filter(([field]) => name(field) === wanted).map(([, value]) => value);
    const alone = (field) => correcting && (["version", "reason", "grid"].includes(field.name) || (/^note_/.test(field.name) && !given(field.name)[0]));
    for (const field of form.elements) {
      if (!field.name || field.name === "csrfmiddlewaretoken" || alone(field)) continue;
      if (["radio", "checkbox"].includes(field.type)) field.checked = given(field.name).includes(field.value);
      else field.value = given(field.name)[0] ?? "";
    }
    if (correcting) return;
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

  // Photographs are taken with the form, kept under its key, and go after it.
  const taken = document.getElementById("photos-taken");
  const ofForm = async () => (await phone.photos()).filter((one) => one.visit === visitForm.elements.once.value);
  async function showTaken(problem = "") {
    const told = taken.dataset;
    const lines = (await ofForm()).map((photo, rank) => {
      const item = made("li", told.one.replace("0", rank + 1));
      const drop = made("button", told.remove, { type: "button", className: "linklike" });
      drop.addEventListener("click", () => phone.forgetPhoto(photo.once).then(() => showTaken()).then(show));
      item.append(drop);
      return item;
    });
    taken.querySelector("ul").replaceChildren(...lines);
    taken.querySelector("p[role]").textContent = problem;
    taken.hidden = false;
  }
  async function take({ target }) {
    const [file] = target.files;
    if (!file) return;
    const { once, person, firm } = visitForm.elements;
    const about = { visit: once.value, person: person.value, firm: firm.value };
    let problem = "";
    if ((await ofForm()).length >= MOST_PHOTOS) problem = taken.dataset.full;
    else await phone.takePhoto(file, about).catch(() => { problem = taken.dataset.unread; });
    target.value = "";
    await showTaken(problem);
    await show();
  }
  taken?.querySelector("input").addEventListener("change", take);

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
      // By the half of the line under the finger: lines of unlike heights would else change places at each move.
      const { top, height } = item.getBoundingClientRect();
      item[event.clientY > top + height / 2 ? "after" : "before"](dragged);
    });
    item.addEventListener("dragend", () => {
      const form = document.getElementById("order");
      const keys = [...list.querySelectorAll("[data-stop]")].map((one) => one.dataset.stop);
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "order", value: keys.join(",") }));
      form.requestSubmit();
    });
  }

  sendNow.addEventListener("click", () => send(true));
  document.addEventListener("submit", (event) => {
    const leaving = event.target.getAttribute("action") === words.leave;
    if (leaving && Number(strip.dataset.n) && !window.confirm(words.leaving.replace("0", strip.dataset.n))) event.preventDefault();
  }, true);
  window.addEventListener("online", () => send(false));
  window.addEventListener("offline", show);
  navigator.connection?.addEventListener("change", () => send(false));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(false); });
  navigator.serviceWorker.register(words.worker, { scope: "/" })
    .then(() => show()).then(fill).then(() => taken && showTaken()).then(() => send(false)).then(keepRound).catch(() => {});
})();
