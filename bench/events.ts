// Many listeners and bad callers: ten thousand idle streams, broken bodies, hostile names, fuzzed calls.
import { fork, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { isFaultCode, operation, operationNames } from '@tutti/core'
import { atMost, exactly, type Part, type Row } from './row.ts'
import { ROOT, openStage, pause, residentMB, type Stage } from './stage.ts'

const LISTENERS = 10_000
const PROCESSES = 2
const FUZZED = 20_000
const HOSTILE_NAMES = ['a"; touch x; echo "', '-t', '$(id)', 'a:0.1', 'x'.repeat(300)]

export const events: Part = {
  name: 'events',
  async run(report) {
    const stage = await openStage()
    try {
      await refusals(stage, report)
      fuzz(report)
      await listeners(stage, report)
    } finally {
      await stage.close()
    }
  },
}

async function refusals(stage: Stage, report: (row: Row) => void): Promise<void> {
  const post = (body: string) =>
    fetch(`${stage.url}/v1/agents`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${stage.token()}` },
      body,
    })
  report(exactly('malformed JSON', (await post('{"name": ')).status, [400, 'status']))
  report(exactly('50 MB body', (await post(`"${'x'.repeat(50_000_000)}"`)).status, [413, 'status']))
  const open = await Promise.all(operationNames().map((name) => answersWithoutToken(stage, name)))
  report(exactly('operations that answer without a token', open.filter(Boolean).length, [0, 'operations']))
  const names = await Promise.all(
    HOSTILE_NAMES.map(async (name) => {
      const reply = await post(JSON.stringify({ name, folder: '/tmp', program: 'cat' }))
      const body: { error?: { code: string; message: string } } = await reply.json()
      return (
        reply.status === 400 &&
        isFaultCode(body.error?.code ?? '') &&
        (body.error?.message ?? '').endsWith('.')
      )
    }),
  )
  report(
    exactly('hostile names refused with a sentence', names.filter(Boolean).length, [
      HOSTILE_NAMES.length,
      'names',
    ]),
  )
}

async function answersWithoutToken(
  stage: Stage,
  name: ReturnType<typeof operationNames>[number],
): Promise<boolean> {
  const row = operation(name)
  if (row.may === 'public') return false
  const path = row.path.replaceAll(/\{\w+\}/g, 'agt_00000000000000000000000')
  const reply = await fetch(stage.url + path, { method: row.method })
  return reply.status !== 401
}

/** The test of the same name with more calls; it fails at the first 5xx or undeclared status. */
function fuzz(report: (row: Row) => void): void {
  const test = join(ROOT, 'packages/server/test/security-input.test.ts')
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  const { status } = spawnSync(process.execPath, [vitest, 'run', test, '-t', 'R13', '--testTimeout=600000'], {
    cwd: ROOT,
    env: { ...process.env, TUTTI_FUZZ_CALLS: String(FUZZED) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  report(
    exactly(`runs of ${FUZZED} fuzzed calls with a 5xx or an undeclared status`, status === 0 ? 0 : 1, [
      0,
      'runs',
    ]),
  )
}

async function listeners(stage: Stage, report: (row: Row) => void): Promise<void> {
  const children = Array.from({ length: PROCESSES }, () =>
    fork(join(import.meta.dirname, 'listener.ts'), [
      `${stage.url.replace('http', 'ws')}/v1/stream`,
      stage.token(),
      String(LISTENERS / PROCESSES),
    ]),
  )
  try {
    const open = await Promise.all(
      children.map(
        (child) => new Promise<number>((resolve) => child.once('message', (n) => resolve(Number(n)))),
      ),
    )
    report(
      exactly(
        'idle event-stream clients held',
        open.reduce((a, b) => a + b, 0),
        [LISTENERS, 'clients'],
      ),
    )
    await pause(5000) // two heartbeats' worth of settling would be 50 s; memory is at its peak right after the storm
    report(atMost('resident memory with them', residentMB(stage.pid()), [500, 'MB']))
  } finally {
    for (const child of children) child.kill()
  }
}
