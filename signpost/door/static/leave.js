// The way out of the pages, quicker where script runs: nothing is seen any more before anything
// else happens, and Shift three times does the same. Without script the form does it.
"use strict";

const form = document.querySelector("form.leaving");
const WINDOW = 5000;
let shifts = [];

const blank = () => {
  document.documentElement.style.setProperty("display", "none", "important");
  document.title = "";
};

form.addEventListener("submit", blank);
addEventListener("keydown", (event) => {
  if (event.key !== "Shift") shifts = [];
  else if (!event.repeat) {
    shifts = [...shifts.filter((at) => at > Date.now() - WINDOW), Date.now()];
    if (shifts.length === 3) {
      blank();
      form.submit();
    }
  }
});
// A page that the browser kept for its back button shows nothing of what was said.
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    blank();
    location.replace("/chat");
  }
});
