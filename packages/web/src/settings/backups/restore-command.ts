// The exact commands that bring a backup back, safe to paste into a shell.

export const restoreCommand = (path: string): string =>
  ['tutti down', `tutti restore ${shellWord(path)}`, 'tutti up'].join('\n')

/** The path as one word of a POSIX shell, whatever is in it. */
export const shellWord = (path: string): string =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
