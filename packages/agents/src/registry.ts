// All kits there are: a program is added by its folder and one line here.
import { claudeCode } from './claude-code/kit.ts'
import type { AgentKit } from './kit.ts'

/** In the order in which they are asked whether a command line is theirs. */
export const KITS: readonly AgentKit[] = [claudeCode]

/** The kit of a command line. */
export const kitFor = (argv: readonly string[]): AgentKit | null => KITS.find((kit) => kit.fits(argv)) ?? null
