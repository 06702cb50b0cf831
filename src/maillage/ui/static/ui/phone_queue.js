// What a phone keeps: visits and photographs that wait for the server's confirmation, and for a day the pages of a round.
// Read by the pages and by the service worker. Every entry belongs to the person who wrote it.
(() => {
  "use strict";
  const PAGES = "maillage-pages";
  const phone = { contact: "", signedOut: false };
  self.maillagePhone = phone;

  const opened = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open("maillage-phone", 2);
    asked.onupgradeneeded = () => {
      const has = asked.result.objectStoreNames;
      for (const [name, keyPath] of [["queue", "once"], ["meta", "name"], ["photos", "once"]])
        if (!has.contains(name)) asked.result.createObjectStore(name, { keyPath });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  // Resolves once what was written is on the disk, not before.
  async function inStore(name, mode, act) {
    const base = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const work = base.transaction(name, mode, { durability: "strict" });
        const asked = act(work.objectStore(name));
        work.oncomplete = () => resolve(asked?.result);
        work.onerror = work.onabort = () => reject(work.error);
      });
    } finally {
      base.close();
    }
  }
  phone.inStore = inStore;
  const meta = async (name) => (await inStore("meta", "readonly", (store) => store.get(name))) ?? {};
  const setMeta = (row) => inStore("meta", "readwrite", (store) => store.put(row));
  const same = (one, other) => JSON.stringify(one.body) === JSON.stringify(other.body);

  phone.owner = async () => (await meta("owner")).person ?? "";
  phone.of = async (person) =>
    (await inStore("queue", "readonly", (store) => store.getAll())).filter((one) => person && one.person === person);
  phone.mine = async () => phone.of(await phone.owner());

  phone.wait = (path, form) => {
    const body = [...form].filter(([name]) => name !== "csrfmiddlewaretoken");
    const entry = {
      once: form.get("once"), person: form.get("person"), firm: form.get("firm"),
      path, body, since: Date.now(), answer: null,
    };
    return inStore("queue", "readwrite", (store) => store.put(entry));
  };
  phone.forget = (once) => inStore("queue", "readwrite", (store) => store.delete(once));

  // What was confirmed, or refused, is what was sent: a text changed meanwhile goes on waiting.
  const settle = (sent, answer) => inStore("queue", "readwrite", (store) => {
    const asked = store.get(sent.once);
    asked.onsuccess = () => {
      if (!asked.result || !same(asked.result, sent)) return;
      if (answer) store.put({ ...asked.result, answer });
      else store.delete(sent.once);
    };
  });

  // How many visits and photographs wait, whoever wrote them: all that is told where nobody is signed in.
  phone.waiting = async () => {
    const [visits, photos] = await Promise.all(["queue", "photos"].map((name) => inStore(name, "readonly", (store) => store.count())));
    return visits + photos;
  };

  // Who is signed in, as the server says now; null when it does not answer, or nobody is (a sign-in page instead).
  phone.ask = async (visits = []) => {
    try {
      const about = new URLSearchParams([...visits].map((once) => ["visit", once]));
      const answer = await fetch(`${phone.contact}?${about}`, {
        headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store",
      });
      phone.signedOut = answer.type === "opaqueredirect";
      if (!answer.ok) return null;
      const told = await answer.json();
      if ((await phone.owner()) !== told.person) {
        await phone.clearPages();
        await setMeta({ name: "owner", person: told.person });
      }
      const { round } = await meta("kept");
      if (round && !told.rounds.includes(round)) await phone.clearPages(false);
      return told;
    } catch {
      return null;
    }
  };

  phone.sendAll = (again = false) => navigator.locks.request("maillage-send", async () => {
    const told = await phone.ask();
    if (!told) return false;
    for (const entry of await phone.of(told.person)) {
      if (entry.answer && !again) continue;
      if (!(await send(entry, told.seal))) return false;
    }
    return phone.sendPhotos(again);
  });

  async function send(entry, seal) {
    const key = entry.path.split("/")[2];
    try {
      const answer = await fetch(`${phone.contact}visites/${key}/`, {
        method: "POST", redirect: "manual", body: new URLSearchParams(entry.body),
        headers: { Accept: "application/json", "X-CSRFToken": seal },
      });
      if (answer.type === "opaqueredirect" || answer.status >= 500) return false;
      const told = await answer.json();
      if (answer.ok && told.once !== entry.once) return false;
      if (told.fields?.person) return false; // somebody else signed in meanwhile: it goes on waiting
      if (answer.ok && told.warning) await setMeta({ name: "warning", person: entry.person, firm: entry.firm, words: told.warning });
      await settle(entry, answer.ok ? null : { status: answer.status, ...told });
      return true;
    } catch {
      return false; // cut in its middle: whether it was recorded, the same key will tell
    }
  }
  phone.warning = async () => {
    const told = await meta("warning");
    return told.person === (await phone.owner()) ? told : {};
  };

  // The pages of a round, for the rest of the server's day.
  phone.keep = async ({ round, version, person, seconds, pages }) => {
    const until = Date.now() + seconds * 1000;
    const had = await meta("kept");
    const fresh = had.round === round && had.version === version && had.person === person;
    if (!fresh) await caches.delete(PAGES);
    await setMeta({ name: "kept", round, version, person, until });
    const cache = await caches.open(PAGES);
    for (const [path, address] of pages) {
      if (path !== pages[0][0] && fresh && (await cache.match(path))) continue;
      const answer = await fetch(address, { redirect: "manual" });
      if (answer.ok) await cache.put(path, answer);
    }
  };
  phone.keptPage = async (path) => {
    const { person, until } = await meta("kept");
    if (!person || person !== (await phone.owner()) || Date.now() > until) {
      await phone.clearPages(false);
      return null;
    }
    const kept = await (await caches.open(PAGES)).match(path);
    if (!kept) return null;
    const headers = new Headers(kept.headers);
    for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
    // Each opening of a kept form is another visit: it gets a key of its own.
    const text = (await kept.text()).replace(/(name="once" value=")[^"]*/, `$1${crypto.randomUUID()}`);
    return new Response(text, { headers });
  };
  phone.clearPages = async (leaving = true) => {
    await caches.delete(PAGES);
    await setMeta({ name: "kept" });
    if (leaving) await setMeta({ name: "owner" });
  };
  phone.sweep = async () => {
    const { until } = await meta("kept");
    if (until && Date.now() > until) await phone.clearPages(false);
  };
})();
