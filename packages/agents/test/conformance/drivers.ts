// The programs of the conformance run; each kit adds its driver here by one line.
import { claudeCode } from './drivers/claude-code.ts'
import { codex } from './drivers/codex.ts'
import { gemini } from './drivers/gemini.ts'
import { openCode } from './drivers/opencode.ts'
import type { Driver } from './driver.ts'

export const DRIVERS: readonly Driver[] = [claudeCode, codex, gemini, openCode]
