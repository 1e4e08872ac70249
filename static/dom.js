// Elements and attributes that a page must have. If one is missing, that is a mistake of ours: it throws a TypeError.

/**
 * The first element in `root` that matches `selector`, which must be of this kind.
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} kind
 * @param {ParentNode} [root]
 */
export function find(selector, kind, root = document) {
  const found = root.querySelector(selector);
  if (found instanceof kind) return found;
  throw new TypeError(`no ${kind.name} matches ${selector}`);
}

/**
 * The value of the attribute data-… of `element`, by its name in `dataset`.
 * @param {HTMLElement} element
 * @param {string} name
 */
export function data(element, name) {
  const value = element.dataset[name];
  if (value !== undefined) return value;
  throw new TypeError(`missing attribute: ${name}`);
}
