// Clients made of curl, jq and OpenSSL, in the two ways of the field: what they sign and where they knock, bugs and all.
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMailRoom, type MailRoom } from './amp-client.ts'

const run = promisify(execFile)
const CLIENT = join(import.meta.dirname, 'shell-client.sh')

const missing = ['bash', 'curl', 'jq', 'openssl'].filter(
  (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
)
// oxlint-disable-next-line no-console -- a skipped proof must be seen
if (missing.length > 0) console.warn(`SKIPPED: the shell clients of AMP need ${missing.join(', ')}.`)

let room: MailRoom
let folder: string
beforeAll(async () => {
  room = await openMailRoom()
  folder = mkdtempSync(join(tmpdir(), 'tutti-shell-'))
})
afterAll(async () => {
  await room.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Two clients of a generation, each in a process of its own home; resolves to what they print. */
async function play(generation: 1 | 2, script: string): Promise<string[]> {
  const names = ['ann', 'ben', 'fresh'].map((name) => `${name}-${generation}`)
  const homes = names.map((name) => `mkdir -p "${folder}/${name}"`).join('; ')
  const text = `. ${CLIENT}; ${homes}; as() { HOME="${folder}/$1"; local saved="$HOME/state"; shift; [ -f "$saved" ] && . "$saved"; "$@"; declare -p NAME TENANT ADDRESS API_KEY ROUTE_URL API_URL FULL >"$saved"; }; A=${names[0]}; B=${names[1]}; ${script}`
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    URL: room.origin,
    GENERATION: String(generation),
    HOME: folder,
  }
  const { stdout } = await run('bash', ['-c', text], { env })
  return stdout.trim().split('\n')
}

const WORDS = `'{"b":1,"a":[2.50,"é\\t|"]}'`

describe.skipIf(missing.length > 0)('a shell client of AMP', () => {
  test('the first generation registers, sends, fetches and acknowledges on both of its paths', async () => {
    const said = await play(
      1,
      `as $A init $A; as $B init $B; as $A send $B 'Build | green' 'It works — see "log"' ${WORDS}; as $B fetch; as $B fetch; as $A send $B 'Again' 'Second'; as $B fetch_inbox`,
    )
    expect(said).toEqual([
      'init 201',
      'init 201',
      'send 200 queued',
      'fetch 200 Build | green: It works — see "log"',
      'taken 200',
      'fetch 200 ',
      'send 200 queued',
      'inbox 200 1',
      'acknowledged 200',
    ])
  })

  test('the second generation signs a subject as it reads it back, asks under a doubled path, and turns its key over', async () => {
    const said = await play(
      2,
      `as $A init $A; as $B init $B; as $A send $B ' path C:\\\\new ' 'Sorted' ${WORDS}; as $B fetch; as $A rotate; as $A send $B 'New key' 'Still me'; as $B fetch`,
    )
    expect(said).toEqual([
      'init 201',
      'init 201',
      'send 200 queued',
      expect.stringMatching(/^fetch 200 +path C:.*Sorted$/),
      'taken 200',
      'rotate 200',
      'send 200 queued',
      'fetch 200 New key: Still me',
      'taken 200',
    ])
  })

  test('a second registration of a name is 409, which these clients take for success', async () => {
    const said = await play(1, `NAME=; as fresh-1 init ann-1`)
    expect(said).toEqual(['init 409'])
  })
})
