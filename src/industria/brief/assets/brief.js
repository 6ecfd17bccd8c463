// Cards open and close by their addresses alone; this keeps the page in place and lets Escape close them.
(() => {
  let from = null, top = 0, back = null;
  const close = () => {
    const open = document.querySelector(".card:target");
    if (!open) return false;
    back = from || document.getElementById(open.id.replace("v", "n"));
    if (!from) top = window.scrollY;
    from = null;
    location.replace("#" + (back && back.id || "main"));
    return true;
  };
  document.addEventListener("click", event => {
    const link = event.target.closest("a");
    if (link && link.classList.contains("v")) { from = link; top = window.scrollY; return; }
    if (event.target.closest(".card") && !(link && link.classList.contains("close"))) return;
    if (link && !link.classList.contains("close")) return;
    if (close()) event.preventDefault();
  });
  document.addEventListener("keydown", event => { if (event.key === "Escape") close(); });
  window.addEventListener("hashchange", () => {
    const open = document.querySelector(".card:target .close");
    if (open) { open.focus({ preventScroll: true }); return; }
    if (!back) return;
    window.scrollTo(0, top);
    back.focus({ preventScroll: true });
    back = null;
  });
})();
// Sliders stand on a grid of solved plans: at a point of it they show its plan, between points what is certain there.
(() => {
  for (const part of document.querySelectorAll(".sliders")) {
    const grid = JSON.parse(part.querySelector("script").textContent), words = grid.words;
    const find = name => part.querySelector(name), inputs = [...part.querySelectorAll("input")];
    const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
    const number = (x, digits) => {
      let [whole, rest] = Math.abs(x).toFixed(digits).split(".");
      if (whole.length >= grid.grouped_from) whole = whole.replace(/\B(?=(\d{3})+$)/g, grid.thousands);
      return (x < 0 ? "\u2212" : "") + whole + (rest ? grid.decimal + rest : "");
    };
    const place = (x, { digits, unit }) => number(x, digits) + (unit && "\u00a0" + unit);
    const most = Math.max(...grid.sizes.map(ends => ends[1])) || 1;
    const bar = (name, from, to) => {
      find(name).setAttribute("x", 1000 * from / most);
      find(name).setAttribute("width", 1000 * (to - from) / most);
    };
    // Plans are counted by their steps, the last slider's first.
    const corners = () => grid.sliders.reduce(([better, worse], { steps, helps }, i) => {
      const at = Number(inputs[i].value), close = (steps[steps.length - 1] - steps[0]) * 1e-9;
      const under = steps.findLastIndex(step => step <= at + close), above = steps.findIndex(step => step >= at - close);
      return [better * steps.length + (helps ? above : under), worse * steps.length + (helps ? under : above)];
    }, [0, 0]);
    const show = () => {
      const [better, worse] = corners(), solved = better === worse;
      const low = grid.low[better], high = grid.high[worse], gap = grid.gap[worse];
      inputs.forEach((input, i) => {
        const said = place(Number(input.value), grid.sliders[i]);
        input.setAttribute("aria-valuetext", said);
        input.parentElement.querySelector("output").textContent = said;
      });
      const kind = !solved ? low === high ? "same" : "between" : gap ? "point_gap" : "point";
      find(".outcome").textContent = fill(words[kind], { value: high, low, high, gap });
      const [one, other] = [worse, better].map(plan => grid.limits[grid.limit[plan]]);
      find(".limit").textContent = fill(one === other ? words.limit : words.limit_between, { limit: one, worse: one, better: other });
      find(".from code").textContent = solved ? grid.addresses[worse][0] : grid.addresses[better][1] + " \u2026 " + grid.addresses[worse][0];
      bar(".sure", 0, grid.sizes[better][0]);
      bar(".open", grid.sizes[better][0], grid.sizes[worse][1]);
      find(".gauge").classList.toggle("between", !solved);
    };
    const back = () => { for (const input of inputs) input.value = input.defaultValue; show(); };
    back();
    find(".start").setAttribute("x", 1000 * grid.sizes[corners()[1]][1] / most - 1.5);
    find(".play").hidden = false;
    part.classList.add("live");
    part.addEventListener("input", show);
    find("button").addEventListener("click", back);
  }
})();
