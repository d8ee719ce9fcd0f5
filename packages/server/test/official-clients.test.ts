// The shell clients that people have installed, as they were published: they are not ours to change or to ship, so they are looked for
// in a folder that the caller names, with a subfolder for each generation (p1, p2).
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMailRoom, type MailRoom } from './amp-client.ts'
import { anOwner, browser, callOperation } from './room.ts'

const SCRIPTS = process.env['TUTTI_AMP_SCRIPTS']
const GENERATIONS = ['p1', 'p2']
const isThere = (generation: string) => SCRIPTS !== undefined && existsSync(join(SCRIPTS, generation))
if (!GENERATIONS.every(isThere))
  // oxlint-disable-next-line no-console -- a skipped proof must be seen
  console.warn(
    'SKIPPED: the published shell clients of AMP; TUTTI_AMP_SCRIPTS=FOLDER with p1/ and p2/ runs them.',
  )

interface Said {
  code: number
  out: string
}

interface Person {
  home: string
  amp(command: string, ...args: string[]): Promise<Said>
  /** The ids of what lies unread in the client's own inbox, the newest first. */
  unread(): Promise<string[]>
}

// They wait five seconds for each file, and each start of jq costs some milliseconds of some hundred.
const PATIENCE_MS = 120_000

for (const generation of GENERATIONS)
  describe.skipIf(!isThere(generation))(`the published shell client ${generation}`, () => {
    let room: MailRoom
    let folder: string
    let ann: Person
    let ben: Person
    beforeAll(async () => {
      room = await openMailRoom()
      folder = mkdtempSync(join(tmpdir(), 'tutti-amp-'))
      ann = person('ann', room.origin)
      ben = person('ben', room.origin)
    })
    afterAll(async () => {
      await room.close()
      rmSync(folder, { recursive: true, force: true })
    })

    function person(name: string, server: string): Person {
      const home = join(folder, name)
      mkdirSync(home, { recursive: true })
      const env = {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        HOME: home,
        CLAUDE_AGENT_NAME: name,
        AMP_MAESTRO_URL: server,
      }
      const amp = (command: string, ...args: string[]) =>
        new Promise<Said>((resolve) => {
          const script = join(SCRIPTS ?? '', generation, `amp-${command}.sh`)
          execFile('bash', [script, ...args], { env }, (error, stdout, stderr) =>
            resolve({ code: error === null ? 0 : Number(error.code), out: `${stdout}${stderr}` }),
          )
        })
      return {
        home,
        amp,
        async unread() {
          const { out } = await amp('inbox', '--json')
          const list = JSON.parse(out) as { envelope: { id: string } }[]
          return list.map(({ envelope }) => envelope.id)
        },
      }
    }

    const fetched = async (who: Person): Promise<string> => {
      const { code, out } = await who.amp('fetch', '--verbose')
      expect(out).toContain('Fetched 1 new message')
      expect(code).toBe(0)
      const [id] = await who.unread()
      return id ?? ''
    }
    const CONTEXT = '{"b":1,"a":[2.50,"é\\t|"],"10":1e2,"9":null}'

    test(
      'makes an identity, writes, reads, answers and throws away',
      async () => {
        for (const one of [ann, ben]) {
          const made = await one.amp('init', '--auto')
          expect(made.out).toContain('Mesh:        ✅ Enabled')
          expect(made.code).toBe(0)
        }
        const sent = await ann.amp(
          'send',
          'ben',
          'Build | green',
          'It works — see "log"',
          '--context',
          CONTEXT,
          '-p',
          'high',
          '-t',
          'request',
        )
        expect(sent).toMatchObject({ code: 0, out: expect.stringContaining('Status:   queued') })

        const id = await fetched(ben)
        expect(await ben.amp('inbox', '--count')).toMatchObject({ code: 0, out: '1\n' })
        const read = await ben.amp('read', id)
        expect(read.code).toBe(0)
        for (const words of ['Build | green', 'It works — see "log"', 'high', 'request', 'CONTEXT'])
          expect(read.out).toContain(words)
        expect(read.out).not.toContain('external-content')

        expect(await ben.amp('reply', id, 'Then ship it')).toMatchObject({ code: 0 })
        const answer = JSON.parse((await ann.amp('read', await fetched(ann), '--json')).out) as {
          envelope: Record<string, unknown>
        }
        expect(answer.envelope).toMatchObject({ subject: 'Re: Build | green', in_reply_to: id })

        expect(await ben.amp('delete', id, '--force')).toMatchObject({ code: 0 })
        expect((await ben.amp('fetch')).out).toContain('No new messages')
        const status = JSON.parse((await ben.amp('status', '--json')).out) as Record<string, unknown>
        expect(status).toMatchObject({
          initialized: true,
          messages: { inbox: 0, sent: 1 },
          registrations: [{ provider: 'aimaestro.local', address: 'ben@team.tutti.local' }],
        })
        expect((await ben.amp('identity', '--brief')).out).toContain('AMP: ben@team.aimaestro.local')
        expect(JSON.parse((await ben.amp('identity', '--json')).out)).toMatchObject({ address_count: 2 })
      },
      PATIENCE_MS,
    )

    test(
      'sends a file up and takes it down, and is refused one that is a program',
      async () => {
        const file = join(folder, 'report.txt')
        writeFileSync(file, 'All 12 checks passed.\n'.repeat(500))
        const sent = await ann.amp('send', 'ben', 'Report', 'See the file', '--attach', file)
        expect(sent).toMatchObject({ code: 0, out: expect.stringContaining('Attach:   1 file(s)') })

        const id = await fetched(ben)
        expect((await ben.amp('read', id)).out).toContain('report.txt (10.7 KB, text/plain)')
        const down = await ben.amp('download', id, '--all', '--dest', join(ben.home, 'down'))
        expect(down.out).toContain('Saved:')
        expect(readFileSync(join(ben.home, 'down', 'report.txt'))).toEqual(readFileSync(file))

        const program = join(folder, 'tool.txt')
        writeFileSync(program, Buffer.concat([Buffer.from('7f454c460201010000', 'hex'), Buffer.alloc(64)]))
        expect((await ann.amp('send', 'ben', 'Tool', 'Run it', '-a', program)).code).not.toBe(0)
      },
      PATIENCE_MS,
    )

    test(
      'has its signatures recognised although it signs a subject as a column of a table',
      async () => {
        const sent = await ann.amp('send', 'ben', ' path C:\\new ', 'Blanks and a backslash')
        expect(sent.out).toContain('Message sent')
        await fetched(ben)
      },
      PATIENCE_MS,
    )

    test(
      'writes to a person of Tutti and can answer what that one writes',
      async () => {
        const ada = await anOwner(room)
        expect(await ann.amp('send', 'ada', 'May I?', 'Deploy to staging', '-t', 'request')).toMatchObject({
          code: 0,
          out: expect.stringContaining('Status:   delivered'),
        })
        const written = await callOperation(room, 'sendMessage', {
          input: { to: 'ann', subject: 'Yes', text: 'Go on' },
          headers: browser(room, ada.cookie),
        })
        expect(written.status).toBe(200)

        const id = await fetched(ann)
        const read = (await ann.amp('read', id)).out
        expect(read).toContain('From:     ada@team.aimaestro.local')
        // The second generation believes only the provider that its registration named.
        expect(read).not.toContain('external-content')
        expect(await ann.amp('reply', id, 'Done')).toMatchObject({ code: 0 })
      },
      PATIENCE_MS,
    )

    test.runIf(generation === 'p2')(
      'turns its key over, and goes on under the new one',
      async () => {
        const turned = await ann.amp('init', '--auto', '--force')
        expect(turned.out).toContain('Keys rotated with aimaestro.local')
        expect(await ann.amp('send', 'ben', 'New key', 'Still me')).toMatchObject({ code: 0 })
        await fetched(ben)
      },
      PATIENCE_MS,
    )

    test.runIf(generation === 'p1')(
      'that throws its key away is told so: another key is never taken for its name',
      async () => {
        const made = await ann.amp('init', '--auto', '--force')
        expect(made.out).toContain('Already registered')
        const refused = await ann.amp('send', 'ben', 'New key', 'Still me')
        expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('HTTP 403') })
      },
      PATIENCE_MS,
    )

    test(
      'registers as with a provider elsewhere, sends there and fetches from there',
      async () => {
        // Nobody listens on the discard port: these two know this machine only as a provider.
        const away = 'http://127.0.0.1:9'
        const [carl, dora] = [person('carl', away), person('dora', away)]
        for (const one of [carl, dora]) {
          await one.amp('init', '--auto')
          const registered = await one.amp('register', '-p', 'tutti.local', '-t', 'team', '-a', room.origin)
          expect(registered.out).toContain('Registration successful')
          expect(registered.code).toBe(0)
        }
        // The first generation ends with a failure after it has sent: it names a local variable outside of a function.
        const sent = await carl.amp('send', 'dora@team.tutti.local', 'Far', 'From elsewhere')
        expect(sent.out).toContain('Message sent via tutti.local')
        const id = await fetched(dora)
        const replied = await dora.amp('reply', id, 'Heard')
        expect(replied.out).toContain('Message sent via tutti.local')
        await fetched(carl)
        expect((await carl.amp('fetch')).out).toContain('No new messages')
      },
      PATIENCE_MS,
    )
  })
