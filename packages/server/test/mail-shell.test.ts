// C28: mail never reaches a terminal. Agents that are plain shells get hostile mail, by the whole way of the daemon.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { KITS } from '@tutti/agents'
import type { AgentId } from '@tutti/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aContext, newAgent, testVault, until } from '../src/agents/test-support.ts'
import { quietLog, realClock } from '../src/db/test-support.ts'
import { aStage } from '../src/kits/test-kit.ts'
import { openMail, type MailDeps } from '../src/wiring/mail.ts'
import { noticeText } from '../src/messages/doorbell.ts'
import { aTmuxRoom, type TmuxRoom } from './tmux-room.ts'

const ACT = 'touch marker'
const CORPUS = [
  `\n${ACT}\n`,
  `\r\n${ACT}\r\n`,
  `\u0003${ACT}\n`,
  `\u0015${ACT}\r`,
  `\u001b[201~\r${ACT}\r`,
  `\u009b201~\r${ACT}\r`,
  `x\u2028${ACT}\u2028`,
  `\u202e${ACT}\u2066\r`,
  `$(${ACT}) ; ${ACT}`,
]

const make = (tmux: TmuxRoom) =>
  aStage({
    kits: KITS,
    host: tmux.terminals,
    clock: realClock,
    agents: { inherited: { PATH: process.env['PATH'], LANG: 'C.UTF-8' } },
  })

let tmux: TmuxRoom
let stage: ReturnType<typeof make>
beforeEach(async () => {
  tmux = await aTmuxRoom()
  stage = make(tmux)
  await stage.open()
})
afterEach(async () => {
  await stage.close()
  tmux.close()
})

/** Mail over the stage, with the channel to agents that the daemon has; it says whom it tried to tell. */
function mailOver(told: AgentId[]) {
  const { roster } = stage.agents()
  const deps = {
    store: stage.store(),
    clock: realClock,
    random: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
    log: quietLog,
    vault: {
      seal: testVault.seal,
      open: (...of: Parameters<typeof testVault.open>) => testVault.open(...of),
    },
    keys: { vault: new Uint8Array(32), audit: new Uint8Array(32) },
    url: () => 'http://127.0.0.1:1',
    config: { dataFolder: stage.folder },
    agents: roster,
    async notify(id: AgentId, unread: number) {
      const taken = await stage.oversight().notice(id, noticeText(unread))
      told.push(id)
      return taken
    },
    wake: () => Promise.resolve(),
  }
  // Mail uses no more of a daemon than stands here.
  return openMail(deps as unknown as MailDeps)
}

test('C28 hostile mail for agents that are bash and sh types nothing, and no command is run', async () => {
  const told: AgentId[] = []
  const ids: AgentId[] = []
  for (const [name, program] of [
    ['bash', '/bin/bash'],
    ['sh', '/bin/sh'],
  ] as const) {
    const asked = newAgent(name, { folder: stage.folder, program, wake: true })
    ids.push((await stage.agents().handlers.createAgent(asked, aContext())).id)
  }
  const mail = mailOver(told)
  const stop = mail.run()
  for (const [n, text] of CORPUS.entries()) {
    for (const [i, to] of ['bash', 'sh'].entries()) {
      const actor = { ...aContext().actor, agentId: ids[1 - i] ?? null, role: 'agent' as const }
      const letter = {
        to,
        text,
        subject: text,
        type: 'request',
        priority: 'urgent' as const,
        attachments: [],
      }
      await mail.handlers.sendMessage(letter, { ...aContext(), actor })
      expect([n, await stage.oversight().notice(ids[i] ?? 'agt_', text)]).toEqual([n, false])
    }
  }
  await until(() => new Set(told).size === ids.length)
  await stop()

  for (const id of ids) {
    const screen = async () => (await tmux.terminals.capture(id, { lines: 200 })).join('\n')
    // What a person types comes after all that anybody else could have typed.
    await tmux.terminals.sendKeys(id, new TextEncoder().encode('echo end$((1 + 1))\r'))
    await until(async () => (await screen()).includes('end2'))
    expect(await screen()).not.toMatch(/marker|new message/)
  }
  expect(existsSync(join(stage.folder, 'marker'))).toBe(false)
})
