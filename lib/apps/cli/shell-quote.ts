/** Words for a POSIX shell. */

/** In single quotes: nothing in it is special, and a quote itself is closed, escaped and opened again. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** As it is where no shell would change it. */
export function quoteIfNeeded(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : shellQuote(text);
}
