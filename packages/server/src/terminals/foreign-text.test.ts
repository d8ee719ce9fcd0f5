// C28: text of others, once it has passed the one door, types as text and does nothing; typed raw, the same would act.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { toPtyText } from '@tutti/terminals'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../agents/test-support.ts'
import { aTmuxRoom, type TmuxRoom } from '../../test/tmux-room.ts'

let room: TmuxRoom
let work: string
beforeEach(async () => {
  room = await aTmuxRoom()
  work = join(room.folder, 'work')
  mkdirSync(work)
})
afterEach(() => room.close())

const ACT = 'touch marker'
const CORPUS = [
  `hi\n${ACT}\n`,
  `hi\r${ACT}\r`,
  `hi\r\n${ACT}\r\n`,
  `\u0003${ACT}\n`,
  `\u0015${ACT}\r`,
  `\u001b[201~\r${ACT}\r`,
  `\u001b[200~x\u001b[201~\n${ACT}\n`,
  `\u009b201~\r${ACT}\r`,
  `hi\u2028${ACT}\u2028`,
  `hi\u2029${ACT}\u2029`,
  `hi\u0085${ACT}\u0085`,
  `\u202e${ACT}\u2066\r`,
  `\u001bc\u001b]52;c;dG91Y2ggbWFya2Vy\u0007\r${ACT}\r`,
  `\u0004${ACT}\n`,
  `\u001a\n${ACT}\n`,
  `\u000f${ACT}\u000f`,
  `x\u0000\n${ACT}\n`,
]

const bytes = (text: string) => new TextEncoder().encode(text)

for (const argv of [['/bin/bash', '--norc', '--noprofile'], ['/bin/sh']] as const) {
  const start = async () => {
    await room.terminals.start({
      agentId: 'agt_a',
      cwd: work,
      argv: [...argv, '-i'],
      env: {},
      cols: 200,
      rows: 50,
    })
    await type('echo ready$((1 + 1))\r')
    await until(() => shows('ready2'))
  }
  const type = (text: string) => room.terminals.sendKeys('agt_a', bytes(text))
  const shows = async (text: string) =>
    (await room.terminals.capture('agt_a', { lines: 500 })).join('\n').includes(text)

  test(`C28 foreign text never runs a command in ${argv[0]}`, async () => {
    await start()

    for (const [i, text] of CORPUS.entries()) {
      // What surrounds it makes the line a comment when a person ends it.
      await type(`# ${toPtyText(text, 'space')}`)
      await type(`\recho step$((${i} + 1000))\r`)
      await until(() => shows(`step${i + 1000}`))
      expect(existsSync(join(work, 'marker'))).toBe(false)
    }
  })

  test(`C28 the same text, typed raw by a person, does run one in ${argv[0]}`, async () => {
    await start()
    await type(`hi\n${ACT}\n`)
    await until(() => existsSync(join(work, 'marker')))
    expect(existsSync(join(work, 'marker'))).toBe(true)
  })
}
