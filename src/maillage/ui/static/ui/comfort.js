// Comfort only: every page works without this file.
(() => {
  "use strict";
  // A form sent is not sent again while the answer is on its way.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    // An answer that is a file to download leaves the page as it is: the form opens again by itself.
    setTimeout(() => form.removeAttribute("aria-busy"), 15000);
  });
  // The page came back from the browser's memory: its forms can be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
  });
  // After a part of the page was replaced on request, the reader is taken to its heading.
  document.addEventListener("htmx:after:swap", (event) => {
    const replaced = event.detail?.ctx?.target;
    const present = replaced?.id ? document.getElementById(replaced.id) : replaced;
    present?.querySelector?.("[data-focus]")?.focus();
  });
})();
