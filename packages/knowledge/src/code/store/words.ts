// Names cut into the words that people search by.

/** `parseHttpURL_v2` is also found by parse, http, url. */
export const wordsOf = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replaceAll(/[_\-/.]+/g, ' ')
