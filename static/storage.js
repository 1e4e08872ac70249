// Names in the browser's storage. All blogs on a host share it, so below a base path each name begins with that path.

/**
 * The path below which the site lies that serves the script `url`: "" or one like "/blog".
 * @param {string} url
 */
export const basePathOf = (url) => /^(.*)\/static\//.exec(new URL(url).pathname)?.[1] ?? "";

const base = basePathOf(import.meta.url);

/**
 * The name under which this blog stores what it calls `name`.
 * @param {string} name
 */
export const storageName = (name, path = base) => (path ? `${path} ${name}` : name);
