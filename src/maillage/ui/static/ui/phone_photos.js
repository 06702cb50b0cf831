// Photographs of visits on a phone: drawn anew, kept by whoever took them, sent one by one once their visit is recorded,
// on a network that is not spared; each is cleared by the confirmation of its own key. Read by pages and by the worker.
(() => {
  "use strict";
  const LARGEST = 1600, QUALITY = 0.8;
  const phone = self.maillagePhone;

  phone.photos = async () => {
    const person = await phone.owner();
    const all = await phone.inStore("photos", "readonly", (store) => store.getAll());
    return all.filter((one) => person && one.person === person).sort((one, other) => one.since - other.since);
  };
  phone.forgetPhoto = (once) => phone.inStore("photos", "readwrite", (store) => store.delete(once));

  // A canvas holds pixels and nothing else: where, when and by what it was taken never leave the phone.
  async function drawn(file) {
    const image = await createImageBitmap(file);
    const ratio = Math.min(1, LARGEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * ratio));
    canvas.height = Math.max(1, Math.round(image.height * ratio));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const redrawn = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return redrawn.arrayBuffer();
  }
  phone.takePhoto = async (file, { visit, person, firm }) => {
    const entry = { once: crypto.randomUUID(), visit, person, firm, data: await drawn(file), since: Date.now(), answer: null };
    await phone.inStore("photos", "readwrite", (store) => store.put(entry));
  };

  // Whether the network is slow, or its owner asked to spare it; a phone that does not tell is not held back.
  phone.sparing = () => {
    const { saveData = false, effectiveType = "" } = navigator.connection ?? {};
    return saveData || /2g|3g/.test(effectiveType);
  };

  phone.unsaved = new Set(); // photographs whose visit neither waits here nor is recorded, as far as was asked
  phone.sendPhotos = async (again) => {
    const waiting = await phone.photos();
    if (!waiting.length) return true;
    const told = await phone.ask(new Set(waiting.map((one) => one.visit)));
    if (!told) return false;
    const queued = new Set((await phone.of(told.person)).map((one) => one.once));
    const lost = ({ visit }) => !told.recorded.includes(visit) && !queued.has(visit);
    phone.unsaved = new Set(waiting.filter(lost).map((one) => one.once));
    if (phone.sparing() && !again) return true;
    for (const entry of waiting) {
      if (entry.person !== told.person || !told.recorded.includes(entry.visit) || (entry.answer && !again)) continue;
      if (!(await send(entry, told.seal))) return false;
    }
    return true;
  };

  async function send(entry, seal) {
    const body = new FormData();
    for (const name of ["once", "visit", "person"]) body.append(name, entry[name]);
    body.append("photo", new Blob([entry.data], { type: "image/jpeg" }), "photo.jpg");
    try {
      const answer = await fetch(`${phone.contact}photos/`, {
        method: "POST", redirect: "manual", body, headers: { Accept: "application/json", "X-CSRFToken": seal },
      });
      if (answer.type === "opaqueredirect" || answer.status >= 500) return false;
      const told = await answer.json();
      if (told.fields?.person) return false; // somebody else signed in meanwhile: it goes on waiting
      if (answer.ok && told.once !== entry.once) return false;
      if (answer.ok) await phone.forgetPhoto(entry.once);
      else await phone.inStore("photos", "readwrite", (store) => store.put({ ...entry, answer: told }));
      return true;
    } catch {
      return false; // cut in its middle: whether it was kept, the same key will tell
    }
  }
})();
