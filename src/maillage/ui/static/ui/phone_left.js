// Where nobody is signed in: that visits or photographs wait on this phone, and what makes them go. Neither whose, nor what they say.
(() => {
  "use strict";
  const told = document.getElementById("phone-left");
  if (!told || !("indexedDB" in window)) return;
  self.maillagePhone.waiting().then((count) => {
    told.querySelector("span").textContent = count;
    told.hidden = !count;
  }).catch(() => {});
})();
