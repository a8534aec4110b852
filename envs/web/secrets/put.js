// Puts a secret into the focused field, all in one go and in a world of its own: whatever the page does meanwhile, the
// document that takes it is the one whose origin was read. Says why not, if not.
function (value, origins, inClear, replace) {
  if (!origins.includes(globalThis.origin)) return { why: "origin", origin: globalThis.origin };
  const isField = this instanceof HTMLInputElement || this instanceof HTMLTextAreaElement;
  const showsIt = () =>
    !(this instanceof HTMLInputElement && this.type === "password") ||
    getComputedStyle(this).getPropertyValue("-webkit-text-security") === "none";
  if (!isField && !this.isContentEditable) return { why: "none" };
  if (this.disabled || this.readOnly) return { why: "fixed" };
  if (showsIt() && !inClear) return { why: "clear" };
  this.focus();
  const whole = replace ? value : (isField ? this.value : this.innerText) + value;
  if (isField) this.select();
  else document.getSelection().selectAllChildren(this);
  // listeners of the page have run meanwhile
  if (this.getRootNode().activeElement !== this || (showsIt() && !inClear)) return { why: "clear" };
  document.execCommand("insertText", false, whole);
  return { why: "", kept: (isField ? this.value : this.innerText) === whole };
}
