// What the phone's own parts share: ways to reach and make elements.
export const EDITABLE = 'input:not([type=checkbox]):not([type=radio]):not([type=range]):not([type=hidden]), textarea';

export const $ = (id) => document.getElementById(id);

export const element = (name, properties) => Object.assign(document.createElement(name), properties);
