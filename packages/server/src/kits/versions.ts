// The version of a program on this machine, asked once for each file that it is.
import { realpath, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { AgentKit } from '@tutti/agents'
import { run } from '@tutti/terminals'

// A program that is slow to say its version is started all the same, as one of unknown version.
// Gemini CLI takes three seconds on a machine at rest.
const TIMEOUT_MS = 15_000
const PRINTED_BYTES = 64 * 1024

export interface Versions {
  /** Null where it does not say, or says something else. */
  of(kit: AgentKit, program: string, env: Readonly<Record<string, string>>): Promise<string | null>
}

export function createVersions(): Versions {
  const known = new Map<string, Promise<string | null>>()
  return {
    async of(kit, program, env) {
      // Whatever else it may be, it is not asked: nobody wants a program of his own started to see what it says.
      if (!kit.commands.includes(basename(program)) || kit.versionArgs.length === 0) return null
      const path = await realpath(program).catch(() => program)
      const file = await stat(path).catch(() => null)
      // An update in place is another program.
      const key = `${kit.name} ${path} ${file?.mtimeMs ?? 0} ${file?.size ?? 0}`
      const asked = known.get(key) ?? ask(kit, program, env)
      known.set(key, asked)
      const version = await asked
      // It may only have been too slow this time: the next start asks again.
      if (version === null) known.delete(key)
      return version
    },
  }
}

async function ask(
  kit: AgentKit,
  program: string,
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  try {
    const { stdout, stderr } = await run(program, kit.versionArgs, {
      env,
      timeoutMs: TIMEOUT_MS,
      limitBytes: PRINTED_BYTES,
    })
    return kit.version(stdout.toString('utf8') + stderr)
  } catch {
    // It cannot be run like this, or takes too long: what its version is stays unknown.
    return null
  }
}
