// C21 what a program in a sandbox reaches, tried from inside with the real bubblewrap: its own socket and folder, and nothing else.
import { existsSync, mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Agent } from '@tutti/core'
import { bearer, callOperation } from './room.ts'
import { aProbe, aSandboxRoom, resultIn, soon, whyNoSandbox, type SandboxRoom } from './sandbox-room.ts'

// Each question answers with what came of it: a code of the system, or a status.
const SOURCE = `
import { connect } from 'node:net'
import { request } from 'node:http'
import { readFileSync, readdirSync, writeFileSync as write } from 'node:fs'

const dial = (where) => new Promise((resolve) => {
  const socket = connect(where)
  socket.on('connect', () => { socket.destroy(); resolve('reached') })
  socket.on('error', (error) => resolve(error.code))
  socket.setTimeout(3000, () => { socket.destroy(); resolve('silent') })
})
const ask = (where, headers = {}) => new Promise((resolve) => {
  const sent = request({ ...where, headers: { Host: 'localhost', ...headers } }, (answer) => {
    let text = ''
    answer.on('data', (chunk) => { text += chunk })
    answer.on('end', () => resolve({ status: answer.statusCode, text }))
  })
  sent.on('error', (error) => resolve({ status: error.code, text: '' }))
  sent.end()
})
const soon = async (work, isGood) => {
  for (let tries = 0; tries < 200; tries++) {
    const found = await work()
    if (isGood(found)) return found
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return 'never'
}
const read = (path) => { try { readFileSync(path); return 'read' } catch (error) { return error.code } }
const list = (path) => { try { return readdirSync(path).join(' ') } catch (error) { return error.code } }
const put = (path) => { try { write(path, 'x'); return 'written' } catch (error) { return error.code } }
const signal = (pid) => { try { process.kill(pid, 0); return 'there' } catch (error) { return error.code } }
const each = async (items, look) => Object.fromEntries(
  await Promise.all(Object.entries(items).map(async ([name, item]) => [name, await look(item)])))
const proxied = (target) => new Promise((resolve) => {
  const sent = request({ host: '127.0.0.1', port: 27471, method: 'CONNECT', path: target })
  sent.on('connect', (answer, socket) => { socket.destroy(); resolve(answer.statusCode) })
  sent.on('response', (answer) => resolve(answer.statusCode))
  sent.on('error', (error) => resolve(error.code))
  sent.end()
})
const HUB = { socketPath: '/run/tutti/hub.sock', path: '/v1/mailbox' }

async function probe(targets) {
  const door = { host: '127.0.0.1', port: 27470, path: '/v1/mailbox' }
  await soon(() => dial({ host: '127.0.0.1', port: 27471 }), (found) => found === 'reached')
  return {
    tcp: await each(targets.tcp, dial),
    sockets: await each(targets.sockets, (path) => dial({ path })),
    files: await each(targets.files, read),
    folders: await each(targets.folders, list),
    written: await each(targets.written, put),
    pids: await each(targets.pids, signal),
    processes: await each(targets.pids, (pid) => read('/proc/' + pid + '/environ')),
    proxied: await each(targets.proxied, proxied),
    asOwn: await ask(HUB),
    byDoor: (await soon(() => ask(door, { Host: '127.0.0.1:27470' }), ({ status }) => status === 200)).status,
    asOther: await each(targets.tokens, async (token) => (await ask(HUB, { Authorization: 'Bearer ' + token })).status),
    rebound: (await ask(HUB, { Host: 'evil.test' })).status,
    fromPage: (await ask(HUB, { Origin: 'https://evil.test' })).status,
    beyond: (await ask({ ...HUB, path: '/v1/agents' })).status,
    inside: list('/proc').split(' ').filter((name) => /^\\d+$/.test(name)).map(Number),
    environment: Object.keys(process.env),
  }
}`

const why = await whyNoSandbox()
let room: SandboxRoom
let a: Agent
let b: Agent
let found: Record<string, unknown>
const listeners: Server[] = []

async function aListener(where: { host: string; port: number } | { path: string }): Promise<number> {
  const server = createServer((socket) => socket.end('secret'))
  listeners.push(server)
  await new Promise<void>((resolve) => server.listen(where, resolve))
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

/** The process of the agent's session, as the terminals have noted it. */
function pidOf({ id }: Agent): number {
  const path = join(room.config.runtimeFolder, 'sessions', `${id}.json`)
  return (JSON.parse(readFileSync(path, 'utf8')) as { program: { pid: number } }).program.pid
}

/** The agent's own program: bwrap stands before it, and the first process of its namespace. */
const programOf = (agent: Agent): number => childOf(childOf(pidOf(agent)))

const childOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0])

const tokenOf = (agent: Agent): string =>
  /TUTTI_TOKEN=([\w-]+)/.exec(readFileSync(`/proc/${pidOf(agent)}/environ`, 'latin1'))?.[1] ?? ''

describe.skipIf(why !== null)('a sandboxed agent', () => {
  beforeAll(async () => {
    room = await aSandboxRoom()
    const { home, folder, config, port } = room
    mkdirSync(join(home, '.ssh'))
    writeFileSync(join(home, '.ssh', 'id_ed25519'), 'a key')
    writeFileSync(join(folder, 'of-the-machine.txt'), 'in /tmp')
    // It does not end because its terminal has: only its wall ends it.
    b = await room.agent('b', { program: '/bin/sh', args: ['-c', 'trap "" HUP; exec sleep 90'] })
    const outside = await room.agent('c', { program: '/bin/cat', isolation: 'none' })
    const other = await aListener({ host: '127.0.0.1', port: 0 })
    const allowed = await aListener({ host: '127.0.0.1', port: 0 })
    const abstract = `\0tutti-test-${process.pid}`
    await aListener({ path: abstract })
    const ofAgent = (id: string, name: string) => join(config.runtimeFolder, 'hub', id, name)
    const session = (id: string) => join(config.runtimeFolder, 'sessions', `${id}.sock`)
    const pids = { daemon: process.pid, b: pidOf(b), outside: pidOf(outside) }
    const args = aProbe(join(home, 'a'), {
      source: SOURCE,
      targets: {
        tcp: {
          daemon: { host: '127.0.0.1', port },
          'daemon on ::1': { host: '::1', port },
          'another service': { host: '127.0.0.1', port: other },
          metadata: { host: '169.254.169.254', port: 80 },
          'metadata on IPv6': { host: 'fd00:ec2::254', port: 80 },
          'the network': { host: '192.0.2.1', port: 443 },
          'an allowed service, by its own port': { host: '127.0.0.1', port: allowed },
        },
        sockets: {
          "b's hub": ofAgent(b.id, 'hub.sock'),
          "b's proxy": ofAgent(b.id, 'out.sock'),
          "b's tmux": session(b.id),
          "the other's tmux": session(outside.id),
          'an abstract one': abstract,
        },
        files: {
          'a key of the person': join(home, '.ssh', 'id_ed25519'),
          database: join(config.dataFolder, 'tutti.db'),
          "the owner's token": join(config.dataFolder, 'keys', 'local.token'),
          'a file in /tmp': join(folder, 'of-the-machine.txt'),
          passwords: '/etc/shadow',
        },
        folders: {
          "b's folder": b.folder,
          home,
          data: config.dataFolder,
          runtime: config.runtimeFolder,
          logs: config.logFolder,
          '/tmp': '/tmp/tutti-0',
          '/var': '/var/lib',
          '/sys': '/sys',
          devices: '/dev/disk',
        },
        written: { system: '/usr/bin/x', settings: '/etc/x', 'its folder': join(home, 'a', 'mine.txt') },
        pids,
        proxied: {
          daemon: `127.0.0.1:${port}`,
          'another service': `127.0.0.1:${other}`,
          metadata: '169.254.169.254:80',
          'a host that nobody listed': 'example.com:443',
          'an allowed service': `127.0.0.1:${allowed}`,
        },
        tokens: { owner: room.localToken, b: tokenOf(b), nobody: 'tutti_0000000000000000000000000000' },
      },
    })
    a = await room.agent('a', {
      program: process.execPath,
      args,
      egress: [`127.0.0.1:${allowed}`, `127.0.0.1:${port}`],
    })
    found = await resultIn(a.folder)
  }, 60_000)
  afterAll(async () => {
    for (const server of listeners) server.close()
    await room.close()
  })

  test('C21 reaches no port of the machine, no metadata and no network by itself', () => {
    expect(found['tcp']).toEqual({
      daemon: 'ECONNREFUSED',
      'daemon on ::1': 'ECONNREFUSED',
      'another service': 'ECONNREFUSED',
      metadata: 'ENETUNREACH',
      'metadata on IPv6': 'ENETUNREACH',
      'the network': 'ENETUNREACH',
      'an allowed service, by its own port': 'reached',
    })
  })

  test('C21 reaches no socket of others: no hub, no proxy, no tmux, nothing abstract', () => {
    expect(found['sockets']).toEqual({
      "b's hub": 'ENOENT',
      "b's proxy": 'ENOENT',
      "b's tmux": 'ENOENT',
      "the other's tmux": 'ENOENT',
      'an abstract one': 'ECONNREFUSED',
    })
  })

  test('C21 sees no process of others and can signal none', () => {
    expect(found['pids']).toEqual({ daemon: 'ESRCH', b: 'ESRCH', outside: 'ESRCH' })
    expect(found['processes']).toEqual({ daemon: 'ENOENT', b: 'ENOENT', outside: 'ENOENT' })
    // bwrap, the shell's forwarder and the program: what is numbered in a namespace of its own.
    expect((found['inside'] as number[]).every((pid) => pid < 100)).toBe(true)
  })

  test('C21 reads nothing of the person, of Tutti or of another agent, and writes to its own folder only', () => {
    expect(found['files']).toEqual({
      'a key of the person': 'ENOENT',
      database: 'ENOENT',
      "the owner's token": 'ENOENT',
      'a file in /tmp': 'ENOENT',
      passwords: expect.stringMatching(/EACCES|ENOENT|EPERM/),
    })
    expect(found['folders']).toEqual({
      "b's folder": 'ENOENT',
      // Its own folder and where its program lies, as empty folders on the way.
      home: 'a',
      data: 'files',
      runtime: 'bin kits',
      logs: 'ENOENT',
      '/tmp': 'ENOENT',
      '/var': 'ENOENT',
      '/sys': 'ENOENT',
      devices: 'ENOENT',
    })
    expect(found['written']).toEqual({ system: 'EROFS', settings: 'EROFS', 'its folder': 'written' })
  })

  test('C21 leaves by the proxy alone: to what a rule names, and never to Tutti or inside by a name', () => {
    expect(found['proxied']).toEqual({
      // A rule names it, and it is refused all the same.
      daemon: 403,
      'another service': 403,
      metadata: 403,
      'a host that nobody listed': 403,
      'an allowed service': 200,
    })
  })

  test('C21 its own socket works, without a token and by HTTP, and says who calls', () => {
    const { status, text } = found['asOwn'] as { status: number; text: string }
    expect([status, (JSON.parse(text) as { name: string }).name]).toEqual([200, 'a'])
    expect(found['byDoor']).toBe(200)
  })

  test('C21 by its own socket it is itself and nobody else, with the rights of an agent', () => {
    expect(found['asOther']).toEqual({ owner: 401, b: 401, nobody: 401 })
    expect(found['beyond']).toBe(403)
    expect([found['rebound'], found['fromPage']]).toEqual([421, 403])
  })

  test('C23 its environment has no way to what is closed', () => {
    const names = found['environment'] as string[]
    expect(names.filter((name) => /^(?:TMUX|SSH_AUTH_SOCK|DBUS_|XDG_RUNTIME)/.test(name))).toEqual([])
  })

  test('C21 its program has namespaces of its own and no capability, seen from outside', () => {
    const inner = programOf(a)
    const kinds = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts']
    const shared = kinds.filter(
      (kind) => readlinkSync(`/proc/${inner}/ns/${kind}`) === readlinkSync(`/proc/self/ns/${kind}`),
    )
    expect(shared).toEqual([])
    const status = readFileSync(`/proc/${inner}/status`, 'utf8')
    expect(
      [...status.matchAll(/^Cap(?:Prm|Eff|Bnd):\t(\w+)$/gm)].map(([, caps]) => Number(`0x${caps}`)),
    ).toEqual([0, 0, 0])
  })

  test('C22 what leads to an agent is open to its owner alone', () => {
    const { config } = room
    const hub = join(config.runtimeFolder, 'hub', a.id)
    const modes = [hub, join(hub, 'hub.sock'), join(hub, 'out.sock'), join(config.runtimeFolder, 'sessions')]
    expect(modes.map((path) => statSync(path).mode & 0o077)).toEqual([0, 0, 0, 0])
  })

  test('where it went and where it was not let is in the audit log', async () => {
    const answer = await callOperation(room, 'listAudit', {
      input: { limit: 200 },
      headers: bearer(room.localToken),
    })
    const rows = (answer.json as { items: { act: string; actor: string; outcome: string }[] }).items
    const visits = rows.filter(({ act }) => act === 'sandbox.reach')
    expect(visits.every(({ actor }) => actor === a.id)).toBe(true)
    expect(new Set(visits.map(({ outcome }) => outcome))).toEqual(new Set(['done', 'refused']))
  })

  test('C21 nothing of a sandbox outlives its wall', async () => {
    const first = childOf(pidOf(b))
    const inner = childOf(first)
    process.kill(pidOf(b), 'SIGKILL')
    try {
      await soon(() => !isLiving(inner))
    } finally {
      // A wall that did not hold must not leave anything behind either.
      if (isLiving(first)) process.kill(first, 'SIGKILL')
    }
    // Its sockets went with its session.
    const folder = join(room.config.runtimeFolder, 'hub', b.id)
    await soon(() => !existsSync(folder))
    expect(isLiving(process.pid)).toBe(true)
  }, 60_000)
})

function isLiving(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
