// The programs that can be agents: which are known, which of them are here, and what command a program's name stands for.
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import type { OutputOf } from '@tutti/core'
import type { Handlers } from '../handler.ts'

type Command = readonly [string, ...string[]]
type Known = Omit<OutputOf<'listPrograms'>[number], 'path'>

const npm = (program: string, label: string, name: string): Known => ({
  program,
  label,
  hint: `npm install -g ${name}`,
})
const shell = (program: string): Known => ({
  program,
  label: program,
  hint: `Install ${program} with the package manager of this machine`,
})

const KNOWN: readonly Known[] = [
  npm('claude', 'Claude Code', '@anthropic-ai/claude-code'),
  npm('codex', 'Codex', '@openai/codex'),
  npm('gemini', 'Gemini CLI', '@google/gemini-cli'),
  npm('opencode', 'OpenCode', 'opencode-ai'),
  npm('qwen', 'Qwen Code', '@qwen-code/qwen-code'),
  npm('pi', 'Pi', '@mariozechner/pi-coding-agent'),
  shell('bash'),
  shell('zsh'),
  shell('fish'),
]

/** Comes with Tutti, so it is always here. */
export const REHEARSAL = 'rehearsal'
const REHEARSAL_PROGRAM: Known = {
  program: REHEARSAL,
  label: 'Rehearsal',
  hint: 'Comes with Tutti: plays a coding agent, without a key or a network',
}

interface Deps {
  /** Where programs are looked for. */
  searchPath(): string
  /** The command of the rehearsal agent; arguments follow. */
  rehearsal: Command
}

export function createPrograms({ searchPath, rehearsal }: Deps) {
  /** The command for a full path, a name on the search path, or the rehearsal; null where there is none. Starts nothing. */
  const commandFor = async (program: string, where: string): Promise<Command | null> => {
    if (program === REHEARSAL) return rehearsal
    const path = await findProgram(program, where)
    return path === null ? null : [path]
  }

  const handlers: Pick<Handlers, 'listPrograms'> = {
    listPrograms: async () => [
      ...(await Promise.all(
        KNOWN.map(async ({ program, label, hint }) => ({
          program,
          label,
          hint,
          path: await findProgram(program, searchPath()),
        })),
      )),
      { ...REHEARSAL_PROGRAM, path: rehearsal[0] },
    ],
  }

  return { commandFor, handlers }
}

async function findProgram(program: string, where: string): Promise<string | null> {
  if (program === '' || program.includes('\0')) return null
  if (isAbsolute(program)) return (await isProgram(program)) ? program : null
  // A relative path means something else in every folder.
  if (program.includes('/')) return null
  const paths = where
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, program))
  const fits = await Promise.all(paths.map(isProgram))
  return paths.find((_, index) => fits[index]) ?? null
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    // Missing or not ours to run: for us it is not there.
    return false
  }
}
