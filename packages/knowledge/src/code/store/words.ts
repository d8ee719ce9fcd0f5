// Names cut into the words that people search by.

/** `parseHttpURL_v2` is also found by parse, http, url. */
export const wordsOf = (name: string): string => name.replaceAll(BETWEEN, ' ')

/** Before a capital that follows a small letter, before the last of several that one follows, and what joins words. */
const BETWEEN = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_\-/.]+/g
