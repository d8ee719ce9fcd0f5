// Splits a line into arguments as a POSIX shell would, without any of a shell's powers.

// In this order: what single quotes keep, what double quotes keep, an escaped character, plain text, space.
const PART = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)|(\s+)|([\s\S])/g

/** Null where a quote is not closed. */
export function shellWords(line: string): string[] | null {
  const words: string[] = []
  let open = false
  for (const [, single, double, escaped, plain, space, broken] of line.matchAll(PART)) {
    // A lone backslash at the end stands for itself; anything else left over is a quote without its partner.
    if (broken !== undefined && broken !== '\\') return null
    if (space !== undefined) {
      open = false
      continue
    }
    const text = [single, double?.replaceAll(/\\([\s\S])/g, '$1'), escaped, plain, broken].join('')
    if (open) words.push((words.pop() ?? '') + text)
    else words.push(text)
    open = true
  }
  return words
}

/** The line that shellWords() reads as these words. */
export const shellLine = (words: readonly string[]): string => words.map(quoted).join(' ')

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `"${word.replaceAll(/["\\]/g, String.raw`\$&`)}"`
