// The pinned programs of the conformance run: the one place that says what is installed from npm, and in which version.

export interface Program {
  readonly npm: string
  readonly version: string
  /** Its name in `node_modules/.bin`. */
  readonly bin: string
}

/** By the name of their kit. */
export const PROGRAMS: Readonly<Record<string, Program>> = {
  'claude-code': { npm: '@anthropic-ai/claude-code', version: '2.1.330', bin: 'claude' },
  codex: { npm: '@openai/codex', version: '0.169.0', bin: 'codex' },
  gemini: { npm: '@google/gemini-cli', version: '0.61.0', bin: 'gemini' },
  opencode: { npm: 'opencode-ai', version: '1.18.33', bin: 'opencode' },
}

export function programOf(kit: string): Program {
  const program = PROGRAMS[kit]
  if (!program) throw new Error(`There is no program for the kit ${kit}.`)
  return program
}
