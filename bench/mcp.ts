// The public conformance suite of MCP against our server: the daemon where it asks for none of its own tools, fixtures where it does.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { doorToDaemon, doorToFixtures, type Door } from './mcp/doors.ts'
import { exactly, notMeasured, type Part } from './row.ts'
import { DAEMON, ROOT, openStage } from './stage.ts'

const AT_THE_DAEMON = ['server-initialize', 'ping', 'tools-list', 'prompts-list', 'dns-rebinding-protection']
const WITH_FIXTURES = [
  'tools-call-simple-text',
  'tools-call-image',
  'tools-call-audio',
  'tools-call-embedded-resource',
  'tools-call-mixed-content',
  'tools-call-error',
  'json-schema-2020-12',
  'prompts-get-simple',
  'prompts-get-with-args',
  'prompts-get-embedded-resource',
  'prompts-get-with-image',
  'completion-complete',
]
/**
 * The suite's others are about what our server does not announce: logging, progress, sampling and elicitation, which need a
 * stream from server to client, and resources.
 */
const UNANNOUNCED = 15
const SCENARIO_MS = 60_000

export const mcp: Part = {
  name: 'mcp',
  isAskedFor: true,
  async run(report) {
    const suite = join(process.env['TUTTI_REAL_PROGRAMS'] ?? '', 'conformance')
    if (!existsSync(suite)) {
      const why = 'TUTTI_REAL_PROGRAMS names no folder with @modelcontextprotocol/conformance in it'
      return report(notMeasured('mcp', why))
    }
    const stage = await openStage({
      daemon: existsSync(DAEMON) ? DAEMON : join(ROOT, 'packages/server/src/daemon.ts'),
    })
    const daemon = await doorToDaemon(stage)
    const fixtures = await doorToFixtures()
    try {
      const there = await passedOf(suite, daemon, AT_THE_DAEMON)
      report(exactly('MCP suite, scenarios at the daemon', there, [AT_THE_DAEMON.length, 'passed']))
      const here = await passedOf(suite, fixtures, WITH_FIXTURES)
      report(exactly('MCP suite, scenarios with fixtures', here, [WITH_FIXTURES.length, 'passed']))
      console.error(`       ${UNANNOUNCED} scenarios are about what the server does not announce`)
    } finally {
      await daemon.close()
      await fixtures.close()
      await stage.close()
    }
  },
}

async function passedOf(suite: string, door: Door, scenarios: readonly string[]): Promise<number> {
  let passed = 0
  for (const scenario of scenarios) {
    const { ok, printed } = await ran(suite, ['server', '--url', door.url, '--scenario', scenario])
    if (ok) passed++
    else console.error(`       ${scenario}:\n${printed}`)
  }
  return passed
}

/** Runs the suite in a folder of its own: it leaves its results where it stands. */
async function ran(suite: string, args: readonly string[]): Promise<{ ok: boolean; printed: string }> {
  const cwd = mkdtempSync(join(tmpdir(), 'tutti-mcp-'))
  const child = spawn(process.execPath, [suite, ...args], { cwd, timeout: SCENARIO_MS })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (printed += part))
  const code = await new Promise((resolve) => child.once('close', resolve))
  rmSync(cwd, { recursive: true, force: true })
  return { ok: code === 0, printed }
}
