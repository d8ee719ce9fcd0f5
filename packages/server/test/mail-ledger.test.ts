// A small run of the mail ledger; bench/messages.ts has the full one.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mailKills } from './mail-ledger.ts'

test('acknowledged mail survives kill -9, once, whole and in order', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-mail-ledger-'))
  const { acked, ...problems } = await mailKills({ folder, rounds: 3, random: () => 0.5 })
  rmSync(folder, { recursive: true })

  expect(problems).toEqual({ lost: [], doubled: [], torn: [], disordered: [] })
  expect(acked).toBeGreaterThan(10)
})
