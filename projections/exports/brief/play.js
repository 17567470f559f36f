// Shows one step of the brief: what the status said on its day. It only shows what the page holds already.
(() => {
  "use strict";
  const get = id => document.getElementById(id);
  const main = get("play"), at = get("play-at"), axis = get("play-axis"), now = get("play-now");
  const steps = JSON.parse(get("play-data").textContent);
  const items = [];
  for (const one of main.querySelectorAll("[data-item]")) items[one.dataset.item] = one;
  const groups = [...now.querySelectorAll(".group")];
  const none = get("play-changes").querySelector("[data-none]");
  const cut = now.querySelector("[data-cut]");
  const drawings = [...now.querySelectorAll("[data-along]")];
  // The day that was asked for, which a change of the axis keeps.
  let list = null, asked = "";

  // What a step shows is what came with it and those before it, and has not gone.
  const shownAt = index => {
    const shown = new Set();
    for (const step of steps[main.dataset.axis].slice(0, index + 1)) {
      step.come.forEach(item => shown.add(item));
      step.gone.forEach(item => shown.delete(item));
    }
    return shown;
  };

  // An index of -1 is before the first step, when nothing is said.
  const show = (index, day, tell = true) => {
    const name = main.dataset.axis, step = steps[name][index], shown = shownAt(index);
    items.forEach((item, number) => { item.hidden = !shown.has(number); });
    groups.forEach(group => { group.hidden = !group.querySelector("[data-item]:not([hidden])"); });
    if (list) list.hidden = true;
    list = step ? get("play-changes").querySelector(`[data-step="${name}-${index}"]`) : null;
    if (list) list.hidden = false;
    none.hidden = Boolean(step && step.changes);
    none.textContent = step ? "Nothing that is told here changed." : "Nothing is said yet.";
    main.dataset.day = step ? step.day : day;
    at.max = Math.max(0, steps[name].length - 1);
    at.value = Math.max(0, index);
    const place = step ? `step ${index + 1} of ${steps[name].length}` : "nothing is said yet";
    at.setAttribute("aria-valuetext", `${main.dataset.day}, ${place}`);
    get("play-day").textContent = `${main.dataset.day} · ${place}`;
    get("play-back").disabled = index <= 0;
    get("play-on").disabled = index >= steps[name].length - 1;
    drawings.forEach(one => one.toggleAttribute("hidden", one.dataset.along !== name));
    if (cut) {
      const isPlaced = Boolean(step) && step.x !== null;
      cut.setAttribute("visibility", isPlaced ? "visible" : "hidden");
      if (isPlaced) ["x1", "x2"].forEach(end => cut.setAttribute(end, `${step.x}%`));
    }
    if (tell) {
      const changes = step ? `${step.changes} ${step.changes === 1 ? "change" : "changes"}` : "nothing is said yet";
      get("play-announce").textContent = `${main.dataset.day}: ${changes}`;
    }
    main.dataset.index = index;
  };

  const keep = () => {
    const name = main.dataset.axis, day = main.dataset.day;
    if (day) history.replaceState(null, "", name === "known" ? `#${day}` : `#${name}:${day}`);
  };
  const go = index => {
    const last = steps[main.dataset.axis].length - 1;
    asked = "";
    show(Math.min(last, Math.max(0, index)), "");
    keep();
  };
  const number = day => Math.floor(Date.parse(day) / 864e5);
  // A day of the calendar: the 31st of February is none.
  const isDay = day => {
    const [year, month, date] = day.split("-").map(Number);
    const length = month === 2 ? 28 + (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)) : [4, 6, 9, 11].includes(month) ? 30 : 31;
    return year > 0 && month >= 1 && month <= 12 && date >= 1 && date <= length;
  };
  const lastBy = day => steps[main.dataset.axis].filter(step => step.at <= number(day)).length - 1;

  // A day in the address, after its axis if it is not the first one, shows the last step on or before it.
  const follow = () => {
    const found = /^#(?:(known|happened)(?::|%3A))?(\d{4}-\d\d-\d\d)$/i.exec(location.hash);
    if (!found || !isDay(found[2])) return false;
    const name = found[1] || "known";
    if (!(name in steps)) return false;
    asked = found[2];
    main.dataset.axis = axis.value = name;
    show(lastBy(found[2]), found[2]);
    return true;
  };

  at.addEventListener("input", () => { asked = ""; show(Number(at.value), ""); });
  at.addEventListener("change", keep);
  axis.addEventListener("change", () => {
    const day = asked || main.dataset.day;
    main.dataset.axis = axis.value;
    show(day ? lastBy(day) : steps[axis.value].length - 1, day);
    keep();
  });
  get("play-back").addEventListener("click", () => go(Number(main.dataset.index) - 1));
  get("play-on").addEventListener("click", () => go(Number(main.dataset.index) + 1));
  addEventListener("hashchange", follow);
  addEventListener("keydown", event => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, select, textarea, [contenteditable], .scroll")) return;
    const here = Number(main.dataset.index), last = steps[main.dataset.axis].length - 1;
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  });

  now.hidden = false;
  if (!follow()) show(steps[main.dataset.axis].length - 1, "", false);
})();
