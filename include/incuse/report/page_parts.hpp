// Style and script of a report's page. Neither has a character that means something in XML.
#pragma once

namespace incuse::report::detail {

inline constexpr const char* page_style = R"css(
:root { color-scheme: light dark; --ink: #1c1f24; --paper: #f4f5f7; --card: #fff; --edge: #d5d8de; --dim: #5c636e;
  --link: #1a5fb4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e6ea; --paper: #16181c; --card: #202329; --edge: #3a3f48; --dim: #a0a7b2; --link: #82b4f5; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.45 "DejaVu Sans", Helvetica, Arial, sans-serif; color: var(--ink);
  background: var(--paper); }
a { color: var(--link); }
header { padding: 20px 28px 6px; }
h1 { font-size: 24px; margin: 0 0 6px; }
h2 { font-size: 18px; margin: 0 0 4px; }
h3 { font-size: 14px; margin: 0 0 4px; }
.fits, .fails { display: inline-block; margin: 0 0 8px; padding: 4px 10px; border-radius: 5px; color: #fff; }
.fits { background: #2b7a3d; }
.fails { background: #b3261e; }
header dl { display: flex; flex-wrap: wrap; gap: 4px 28px; margin: 4px 0 8px; }
header dt { color: var(--dim); font-size: 12px; }
dd { margin: 0; }
nav { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 8px 28px;
  background: var(--card); border-block: 1px solid var(--edge); }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 320px; gap: 20px; padding: 16px 28px;
  align-items: start; }
section { margin-bottom: 26px; scroll-margin-top: 56px; }
.card { scroll-margin-top: 56px; }
.how { margin: 0 0 8px; color: var(--dim); font-size: 13px; }
.picture { background: #fff; border: 1px solid var(--edge); border-radius: 6px; overflow: auto; max-height: 92vh; }
.picture svg { display: block; max-width: 100%; height: auto; }
.picture.graph svg { max-width: none; margin: 0 auto; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 12px; }
.card, aside { background: var(--card); border: 1px solid var(--edge); border-left: 6px solid var(--edge);
  border-radius: 6px; padding: 10px 14px; }
.card p { margin: 0 0 6px; color: var(--dim); font-size: 13px; }
.card dl, aside dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: 0;
  font-size: 12.5px; }
.card dl div, aside dl div { display: contents; }
.card dt, aside dt { color: var(--dim); }
.card dd, aside dd { overflow-wrap: anywhere; }
aside { position: sticky; top: 60px; max-height: 85vh; overflow: auto; }
aside p { margin: 0 0 6px; color: var(--dim); font-size: 13px; }
.findings { list-style: none; margin: 6px 0; padding: 0; }
.findings li { background: var(--card); border: 1px solid var(--edge); border-left: 6px solid var(--edge);
  border-radius: 4px; padding: 6px 12px; margin-bottom: 6px; overflow-wrap: anywhere; }
.findings .error { border-left-color: #d0342c; }
.findings .warning { border-left-color: #d98e04; }
.findings .notice { border-left-color: #3b7dd8; }
[data-tensor] { cursor: pointer; transition: opacity .12s; }
.picked svg [data-tensor] { opacity: .22; }
.picked svg [data-tensor].on { opacity: 1; }
svg rect.on { stroke: #c4001a; stroke-width: 2.2; }
svg path.on { stroke: #c4001a; stroke-width: 2.6; }
.card.on, .findings .on { outline: 2px solid #c4001a; }
@media (max-width: 1000px) {
  .columns { grid-template-columns: minmax(0, 1fr); padding-bottom: 40vh; }
  aside { position: fixed; inset: auto 0 0 0; max-height: 32vh; }
}
@media print { nav, aside { display: none; } .columns { display: block; } .picture { max-height: none; } }
)css";

inline constexpr const char* page_script = R"js(
"use strict";
(function () {
  const inspector = document.getElementById("inspector");
  const idle = inspector.innerHTML;
  let kept = null;  // the tensor that stays picked

  function tensorAt(event) {
    const found = event.target.closest("[data-tensor]");
    return found ? found.getAttribute("data-tensor") : null;
  }
  function show(tensor) {
    document.querySelectorAll(".on").forEach(function (one) { one.classList.remove("on"); });
    document.body.classList.toggle("picked", tensor !== null);
    inspector.innerHTML = idle;
    if (tensor === null) return;
    document.querySelectorAll("[data-tensor='" + tensor + "']").forEach(function (one) { one.classList.add("on"); });
    const card = document.querySelector(".card[data-tensor='" + tensor + "']");
    if (card) {
      inspector.innerHTML = card.innerHTML;
      inspector.style.borderLeftColor = card.style.borderLeftColor;
    }
  }
  function keep(tensor) {
    kept = tensor === kept ? null : tensor;
    show(kept);
  }
  document.addEventListener("mouseover", function (event) {
    const tensor = tensorAt(event);
    show(tensor === null ? kept : tensor);
  });
  document.addEventListener("focusin", function (event) {
    const tensor = tensorAt(event);
    if (tensor !== null) show(tensor);
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("nav, .findings a")) return;
    if (event.target.closest("svg a")) event.preventDefault();  // its card is at the side already
    keep(tensorAt(event));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") keep(null);
    if (event.key === "Enter") keep(tensorAt(event));
  });
})();
)js";

}  // namespace incuse::report::detail
