"""A gate before the Worker: while it is shut, what is given to a Worker waits there, so that a
picture is under way for as long as a test needs it, however fast the browser is.
"""

GATE = """(() => {
  const given = Worker.prototype.postMessage;
  window.gate = { shut: false, waiting: [] };
  Worker.prototype.postMessage = function (...what) {
    if (window.gate.shut) window.gate.waiting.push(() => given.apply(this, what));
    else given.apply(this, what);
  };
})();"""
SHUT = "() => { window.gate.shut = true; }"
OPEN = """() => {
  window.gate.shut = false;
  window.gate.waiting.splice(0).forEach((go) => go());
}"""
AT_THE_GATE = "(n) => window.gate.waiting.length === n"
