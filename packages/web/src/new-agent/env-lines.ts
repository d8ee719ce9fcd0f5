// Reads NAME=value lines.

export type EnvLines = { env: Record<string, string> } | { line: number; text: string }

/** The variables, or the first line that is none. Empty lines and those that begin with # are left out. */
export function envLines(text: string): EnvLines {
  const env: Record<string, string> = {}
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]{0,127})=(.*)$/.exec(line) ?? []
    if (name === undefined || value === undefined) return { line: index + 1, text: line.slice(0, 60) }
    env[name] = value
  }
  return { env }
}
