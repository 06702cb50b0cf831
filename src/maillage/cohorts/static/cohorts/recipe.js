// How a person becomes a token: the recipe, version 1, as cohorts/recipe.py follows it (ADR 0039).
// tests/cohorts/vectors.json holds what both have to give. Nothing here asks the network for anything.
(() => {
  "use strict";
  const NAME = "maillage-cohort/1";
  const SHORTEST = 32;
  const OPENED = { œ: "oe", æ: "ae", ß: "ss", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ħ: "h" };
  const BLANK = "\\t-\\r \\u00ad\\u1680\\u200b-\\u200f\\u2028\\u2029\\u2060\\ufeff";
  const BETWEEN = new RegExp(`[${BLANK}\\-'.,()\\u2010-\\u2015\\u2018\\u2019\\u02bc\`·]+`, "gu");
  const AROUND = new RegExp(`^[${BLANK}]+|[${BLANK}]+$`, "gu");
  const AFTER = new RegExp(`^([^()]+)\\(([^()]+)\\)[${BLANK}]*$`, "u");
  const MONTHS = [
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
  ];

  class BadCell extends Error {
    constructor(code) {
      super(code);
      this.code = code;
    }
  }

  const opened = (text) =>
    [...text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()].map((letter) => OPENED[letter] ?? letter).join("");

  const letters = (text) => {
    const found = opened(text).replace(BETWEEN, "");
    if (!found) throw new BadCell("blank");
    if (!/^[a-z]{1,200}$/.test(found)) throw new BadCell("letters");
    return found;
  };

  const plainName = (text) => {
    const after = AFTER.exec(text);
    return letters(after ? `${after[2]} ${after[1]}` : text);
  };

  const plainFirstName = (text) => letters(text.split(",")[0]);

  const parts = (found) => {
    let match = /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ][0-9:.+Z-]*)?$/.exec(found.toUpperCase());
    if (match) return [match[1], match[2], match[3]].map(Number);
    match = /^([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{4})(?: [0-9:]+)?$/.exec(found);
    if (match) return [match[3], match[2], match[1]].map(Number);
    match = /^([0-9]{1,2})(?:er)? +([a-z]+)\.? +([0-9]{4})$/.exec(found);
    if (match && MONTHS.includes(match[2])) return [Number(match[3]), MONTHS.indexOf(match[2]) + 1, Number(match[1])];
    return null;
  };

  // A day of birth as YYYY-MM-DD; `today` is written so too, and days written so compare as texts.
  const birthDay = (text, today) => {
    const found = opened(text).replace(AROUND, "");
    if (/^[0-9]{1,2}[/. -][0-9]{1,2}[/. -][0-9]{2}$/.test(found)) throw new BadCell("short_year");
    const [year, month, day] = parts(found) ?? [0, 0, 0];
    const last = month >= 1 && month <= 12 ? new Date(Date.UTC(2000, month, 0)).getUTCDate() : 0;
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    if (year < 1 || day < 1 || day > (month === 2 && !leap ? 28 : last))
      throw new BadCell(/^[1-9][0-9]{4}$/.test(found) ? "serial_day" : "date");
    const two = (number) => String(number).padStart(2, "0");
    const told = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
    if (told < "1900-01-01" || told > today) throw new BadCell("implausible_day");
    return told;
  };

  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // The key of a file, the end of line that editors add set aside; it cannot be read back from what is returned.
  const keyOf = async (content) => {
    const bytes = new Uint8Array(content);
    let end = bytes.length;
    while (end && (bytes[end - 1] === 10 || bytes[end - 1] === 13)) end -= 1;
    if (end < SHORTEST || end > 4096) throw new BadCell("key");
    return crypto.subtle.importKey("raw", bytes.slice(0, end), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  };

  const signed = async (key, text) => hex(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));

  const token = (key, name, firstName, born) =>
    signed(key, [NAME, plainName(name), plainFirstName(firstName), born].join("\n"));

  const fingerprint = async (key) => (await signed(key, `${NAME}\nfingerprint`)).slice(0, 16);

  globalThis.maillageRecipe = { VERSION: "1", BadCell, birthDay, fingerprint, keyOf, plainFirstName, plainName, token };
})();
