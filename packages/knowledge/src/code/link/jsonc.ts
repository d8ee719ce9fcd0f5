// Reads JSON as configuration files write it: with comments and trailing commas.

/** Undefined for what cannot be read: a broken configuration file means its defaults. */
export function parseJsonc(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Most are plain JSON; only the others pay for the second look.
    return parsePlain(withoutComments(text))
  }
}

function parsePlain(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Unreadable: the caller goes on with defaults.
    return undefined
  }
}

/** Blanks comments and trailing commas outside of strings. */
function withoutComments(text: string): string {
  return text
    .replaceAll(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string?: string) => string ?? ' ')
    .replaceAll(/("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])/g, (_, string?: string) => string ?? '')
}
