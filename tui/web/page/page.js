"use strict";
// textual-serve's script reads these when the page has loaded. They follow the address by which this page was reached.
const terminal = document.getElementById("terminal");
terminal.dataset.sessionWebsocketUrl = new URL("ws", location.href.replace(/^http/, "ws")).href;
terminal.dataset.fontSize = new URLSearchParams(location.search).get("fontsize") || "16";
document.getElementById("again").addEventListener("click", () => location.reload());
// It draws letters as soon as it runs, so the font has to be there before.
document.fonts.load('16px "Roboto Mono"');
// Keys go to the workspace without a click, once it is connected: its script marks the body then.
new MutationObserver((_, observer) => {
  if (document.body.classList.contains("-first-byte")) {
    observer.disconnect();
    document.querySelector(".xterm-helper-textarea").focus();
  }
}).observe(document.body, { attributes: true, attributeFilter: ["class"] });
