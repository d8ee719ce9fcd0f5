// All kits there are: a program is added by its folder and one line here.
import { claudeCode } from './claude-code/kit.ts'
import { codexKit } from './codex/kit.ts'
import { geminiKit } from './gemini/kit.ts'
import { generic } from './generic/kit.ts'
import type { AgentKit } from './kit.ts'
import { openCodeKit } from './opencode/kit.ts'
import { piKit } from './pi/kit.ts'
import { qwenKit } from './qwen/kit.ts'
import { rehearsal } from './rehearsal/kit.ts'

/** In the order in which they are asked whether a command line is theirs; the last one takes every other. */
export const KITS: readonly AgentKit[] = [
  claudeCode,
  codexKit,
  geminiKit,
  openCodeKit,
  qwenKit,
  piKit,
  rehearsal,
  generic,
]

export const kitNamed = (name: string): AgentKit | undefined => KITS.find((kit) => kit.name === name)

/** The kit of a command line. */
export const kitFor = (argv: readonly string[]): AgentKit => KITS.find((kit) => kit.fits(argv)) ?? generic
