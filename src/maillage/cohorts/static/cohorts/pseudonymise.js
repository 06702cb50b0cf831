// A structure's CSV is made into a list under pseudonyms in this page: neither it nor the key leaves the browser.
// The two files it reads have no name, so that no form can send them; only the list goes into the form below, of which each
// cell is of a shape of its own: a telephone under "Commune" stays here as well.
(() => {
  "use strict";
  const place = document.getElementById("pseudonymise");
  const recipe = globalThis.maillageRecipe;
  if (!place || !recipe || !globalThis.crypto?.subtle) return;
  const columns = JSON.parse(place.dataset.columns);
  const words = JSON.parse(place.dataset.words);
  const stages = JSON.parse(place.dataset.stages);
  const near = JSON.parse(place.dataset.near);
  const shapes = JSON.parse(place.dataset.shapes).map(([shape, code]) => [new RegExp(shape, "u"), code]);
  const [source, secret, button] = ["own-file", "own-key", "own-make"].map((id) => document.getElementById(id));
  const told = document.getElementById("own-told");
  const refused = document.getElementById("own-refused");
  const WHO = ["nom", "prenom", "naissance"];
  const STEPS = ["etape", "date", "montant", "commune", "code_postal", "qpv", "siret"];

  const folded = (text) => text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

  const decoded = (bytes) => {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder("windows-1252").decode(bytes);
    }
  };

  // The rows of a CSV, each with the line on which it begins.
  const rowsOf = (text) => {
    const first = text.slice(0, text.search(/\r|\n|$/));
    const between = [";", "\t", ","].sort((a, b) => first.split(b).length - first.split(a).length)[0];
    const rows = [];
    let row = [], cell = "", quoted = false, line = 1, begun = 1;
    const end = () => {
      row.push(cell);
      if (row.some((one) => one.trim())) rows.push({ line: begun, cells: row });
      row = [];
      cell = "";
    };
    for (let at = 0; at < text.length; at += 1) {
      const letter = text[at];
      if (letter === "\n") line += 1;
      if (quoted) {
        if (letter !== '"') cell += letter;
        else if (text[at + 1] === '"') cell += text[(at += 1)];
        else quoted = false;
      } else if (letter === '"' && !cell) quoted = true;
      else if (letter === between) {
        row.push(cell);
        cell = "";
      } else if (letter === "\n") {
        end();
        begun = line;
      } else if (letter !== "\r") cell += letter;
    }
    end();
    return rows;
  };

  const header = (rows) => {
    for (const [rank, row] of rows.slice(0, 20).entries()) {
      const places = {};
      row.cells.forEach((cell, at) => {
        const name = columns[folded(cell)];
        if (name && !(name in places)) places[name] = at;
      });
      if ([...WHO, "etape", "date"].every((name) => name in places)) return { places, rest: rows.slice(rank + 1) };
    }
    return null;
  };

  const tokenOf = async (key, cell, today) => {
    const checked = {};
    for (const name of WHO) {
      try {
        if (name === "nom") recipe.plainName(cell("nom"));
        if (name === "prenom") recipe.plainFirstName(cell("prenom"));
        if (name === "naissance" && cell("naissance")) checked.born = recipe.birthDay(cell("naissance"), today);
      } catch (fault) {
        throw Object.assign(fault, { column: name });
      }
    }
    return checked.born ? recipe.token(key, cell("nom"), cell("prenom"), checked.born) : "";
  };

  // What each column may hold, and what is said of the others.
  const FORMS = {
    etape: [(cell) => stages.includes(folded(cell)), "unknown_stage"],
    date: [(cell) => /^[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}([T ][0-9:.+Z-]{0,20})?$/.test(cell), "date"],
    montant: [(cell) => /^[0-9\s.,'+-]{0,20}(€|EUR)?$/.test(cell), "number"],
    commune: [(cell) => /^[\p{L}\p{M}\s'’.()-]{0,60}$|^[0-9][0-9AB][0-9]{3}$/u.test(cell), "commune_told"],
    code_postal: [(cell) => /^[0-9 ]{0,6}(\.0)?$/.test(cell), "postcode"],
    qpv: [(cell) => !cell || near.includes(folded(cell)), "unknown_word"],
    siret: [(cell) => /^[0-9\s.]{0,24}$/.test(cell), "identifier"],
  };

  const stepsOf = (cell) =>
    STEPS.map((name) => {
      const said = cell(name);
      const held = shapes.find(([shape]) => name !== "siret" && shape.test(said.toLowerCase()));
      const [fits, code] = FORMS[name];
      if (held || !fits(said)) throw Object.assign(new recipe.BadCell(held ? held[1] : code), { column: name });
      return said;
    });

  const quotedCell = (cell) => (/[";\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

  const made = async (file, keyFile) => {
    const key = await recipe.keyOf(await keyFile.arrayBuffer());
    const mark = await recipe.fingerprint(key);
    if (mark !== place.dataset.fingerprint) throw new recipe.BadCell("other_key");
    const found = header(rowsOf(decoded(await file.arrayBuffer())));
    if (!found) throw new recipe.BadCell("missing_columns");
    const today = place.dataset.today;
    const lines = [["jeton", ...STEPS, "recette", "cle"]];
    const faults = [];
    for (const { line, cells } of found.rest) {
      const cell = (name) => (name in found.places ? cells[found.places[name]] ?? "" : "").trim();
      try {
        const token = await tokenOf(key, cell, today);
        lines.push([token, ...stepsOf(cell), recipe.VERSION, mark]);
      } catch (fault) {
        if (!(fault instanceof recipe.BadCell)) throw fault;
        faults.push(`${words.line} ${line}, ${fault.column}, ${words[fault.code] ?? fault.code}`);
      }
    }
    return { text: lines.map((line) => line.map(quotedCell).join(";")).join("\n") + "\n", count: lines.length - 1, faults };
  };

  const hand = (text) => {
    const carried = new DataTransfer();
    carried.items.add(new File([text], "liste.pseudonymes.csv", { type: "text/csv" }));
    document.getElementById("id_file").files = carried.files;
  };

  const say = (text) => {
    told.textContent = text;
  };

  button.addEventListener("click", async () => {
    refused.replaceChildren();
    if (!source.files.length || !secret.files.length) return say(words.choose);
    try {
      const list = await made(source.files[0], secret.files[0]);
      for (const fault of list.faults) refused.appendChild(document.createElement("li")).textContent = fault;
      hand(list.text);
      say(`${list.count} ${words.ready}${list.faults.length ? ` ${list.faults.length} ${words.refused}` : ""}`);
    } catch (fault) {
      say(words[fault.code] ?? words.unreadable);
    }
  });
  place.hidden = false;
})();
