// Clients made of curl, jq and OpenSSL, in the two ways of the field: what they sign and where they knock, bugs and all.
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMailRoom, type MailRoom } from './amp-client.ts'
import { anOwner, aToken, browser, callOperation } from './room.ts'

const run = promisify(execFile)
const CLIENT = join(import.meta.dirname, 'shell-client.sh')

const missing = ['bash', 'curl', 'jq', 'openssl'].filter(
  (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
)
// oxlint-disable-next-line no-console -- a skipped proof must be seen
if (missing.length > 0) console.warn(`SKIPPED: the shell clients of AMP need ${missing.join(', ')}.`)

let room: MailRoom
let folder: string
let owner: Awaited<ReturnType<typeof anOwner>>
let admin: string
beforeAll(async () => {
  room = await openMailRoom()
  owner = await anOwner(room)
  admin = (await aToken(room, owner, ['message:judge'])).secret
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
    AUTH: `${room.origin}/team`,
    ADMIN: admin,
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

  test('an identity of the first generation asks, waits, is let, and gets what it was granted', async () => {
    const HOME = `export HOME="${folder}/wait"; mkdir -p "$HOME"`
    const asked = await play(
      1,
      `${HOME}; ADMIN= enlist wait; poll; token; declare -p NAME ADDRESS PRINT IDENTITY >"$HOME/kept"`,
    )
    expect(asked.slice(0, 3)).toEqual([
      'enlist 201 pending',
      'poll 200 pending',
      'token 403 agent_not_registered',
    ])

    const input = {}
    const headers = browser(room, owner.cookie)
    const list = (await callOperation(room, 'listIdentities', { input, headers })).json as { id: string }[]
    await callOperation(room, 'approveIdentity', { input: { id: list[0]?.id }, headers })
    expect(await play(1, `${HOME}; . "$HOME/kept"; poll; token; pending`)).toEqual([
      'poll 200 active',
      'token 200 message:read message:send',
      'pending 200',
    ])
  })

  test('one of the second generation is registered by an operator, for one role, and not twice', async () => {
    const said = await play(
      2,
      `export HOME="${folder}/role"; mkdir -p "$HOME"; enlist role 1; token message:read; pending; new_key() { :; }; enlist role 1`,
    )
    expect(said).toEqual([
      'enlist 201 active',
      'token 200 message:read',
      'pending 200',
      expect.stringMatching(/^enlist 422 .*already/),
    ])
  })
})
