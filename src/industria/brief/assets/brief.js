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
