// Shows how far a run is. Without it, the link under the bar does the same by hand.
(() => {
  const run = document.getElementById("run");
  const bar = document.getElementById("bar");
  const words = document.getElementById("words");
  if (!run) return;
  let told = "";
  const look = async () => {
    try {
      const answer = await fetch(run.dataset.progress, { headers: { Accept: "application/json" } });
      if (answer.redirected || !answer.ok) return location.reload();
      const { running, cases, done, wrong } = await answer.json();
      if (!running) return location.reload();
      bar.max = cases || 1;
      bar.value = done;
      const text = cases ? `${done} of ${cases} cases, ${wrong} wrong` : "The model is loading";
      if (text !== told) words.textContent = told = text;
    } catch {
      words.textContent = "The workbench does not answer; trying again";
    }
    setTimeout(look, 3000);
  };
  setTimeout(look, 3000);
})();
