// How Pi is started: with an extension of this one start, which is Pi's own way to be told and asked.
import type { Persona, TrustLevel } from '@tutti/core'
import type { LaunchPlan, LaunchRequest } from '../kit.ts'
import { promptTemplates, skillFiles, SKILLS } from '../teaching.ts'
import { extensionFor } from './extension.ts'

export const EVENTS = 'pi-events.jsonl'
export const INPUT = 'pi-input.jsonl'
const EXTENSION = 'pi-extension.js'
const PROMPTS = 'prompts'

/** Pi never asks: it has tools or has them not. */
export const TRUST: Readonly<Record<TrustLevel, readonly string[] | null>> = {
  supervised: null,
  plan: ['--tools', 'read,grep,find,ls'],
  edits: null,
  smart: null,
  full: [],
}

const names = (text: string): ReadonlySet<string> => new Set(text.split(' '))
const SUBCOMMANDS = names('install remove uninstall update list config')
const NOT_OURS = names(
  '-p --print --mode -c --continue -r --resume --session --fork --session-dir --no-session --export --list-models -h --help -v --version',
)
const WITH_VALUE = names(
  '--provider --model --api-key --system-prompt --append-system-prompt --models --tools -t --thinking --extension -e ' +
    '--skill --prompt-template --theme',
)

export function launch(request: LaunchRequest): LaunchPlan {
  const { argv, resume, runFolder, trust, teaching } = request
  const [program, ...args] = argv
  if (SUBCOMMANDS.has(args[0] ?? '') || args.some((arg) => NOT_OURS.has(arg.replace(/=.*$/s, ''))))
    return { argv, env: {}, files: [], session: resume }
  const persona = personaText(request.persona)
  return {
    argv: [
      program,
      '--extension',
      `${runFolder}/${EXTENSION}`,
      ...(teaching
        ? ['--skill', `${runFolder}/${SKILLS}`, '--prompt-template', `${runFolder}/${PROMPTS}`]
        : []),
      ...(resume === null ? [] : ['--session', resume]),
      ...(persona === '' ? [] : ['--append-system-prompt', persona]),
      ...((trust === null ? null : TRUST[trust]) ?? []),
      ...(resume === null
        ? args
        : args.filter((arg, at) => arg.startsWith('-') || WITH_VALUE.has(args[at - 1] ?? ''))),
    ],
    env: {},
    files: [
      { path: EXTENSION, content: extensionFor(`${runFolder}/${EVENTS}`, `${runFolder}/${INPUT}`) },
      { path: EVENTS, content: '' },
      { path: INPUT, content: '' },
      ...skillFiles(teaching),
      ...(teaching ? promptTemplates(PROMPTS) : []),
    ],
    session: resume,
  }
}

function personaText({ role, personality, instructions }: Persona): string {
  const lines = [role && `Your role: ${role}`, personality && `Your manner: ${personality}`, instructions]
  return lines.filter((line) => line !== '').join('\n\n')
}
