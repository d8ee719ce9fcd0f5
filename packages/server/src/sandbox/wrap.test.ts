// What a sandbox is made of, as a list.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isWithin, sandboxArgv, type SandboxSpec } from './wrap.ts'

const aSpec = (more: Partial<SandboxSpec> = {}): SandboxSpec => ({
  bwrap: '/usr/bin/bwrap',
  folder: '/home/ada/shop',
  home: '/home/ada',
  system: [
    { path: '/usr', link: null },
    { path: '/bin', link: 'usr/bin' },
  ],
  masked: [],
  places: [],
  repository: [],
  hidden: ['/home/ada/.local/share/tutti'],
  own: [],
  socketFolder: '/run/tutti/hub/a',
  forwarder: ['/usr/bin/node', '/opt/tutti/sandbox-forwarder.js'],
  loopbackPorts: [],
  nests: false,
  uid: 1,
  ...more,
})
const line = (more: Partial<SandboxSpec>, argv: string[] = ['/usr/bin/claude', '-x']) =>
  sandboxArgv(aSpec(more), argv).join(' ')

test("C21 Tutti's own folders are masked where a place shows them, and what is the agent's own is shown again after that", () => {
  const shown = line({
    places: [{ path: '/home/ada/.local', access: 'read' }],
    own: [{ path: '/home/ada/.local/share/tutti/files/a', access: 'read' }],
  })

  const order = ['--ro-bind-try /home/ada/.local ', '--tmpfs /home/ada/.local/share/tutti ', 'tutti/files/a']
  expect(order.map((part) => shown.indexOf(part))).toEqual(
    order.map((part) => shown.indexOf(part)).toSorted((x, y) => x - y),
  )
  expect(order.every((part) => shown.includes(part))).toBe(true)
  expect(line({})).not.toContain('--tmpfs /home/ada/.local/share/tutti')
})

test('a place in the working folder is as writable as the folder, and one around it stays read-only beside it', () => {
  const places = [
    { path: '/home/ada/shop/node_modules', access: 'read' as const },
    { path: '/home/ada', access: 'read' as const },
  ]
  const shown = line({ places })

  expect(shown).not.toContain('/home/ada/shop/node_modules')
  expect(shown.indexOf('--ro-bind-try /home/ada /home/ada')).toBeLessThan(
    shown.indexOf('--bind /home/ada/shop'),
  )
})

test('a program that makes namespaces of its own may, every other one may not', () => {
  expect(line({ nests: true })).not.toContain('--disable-userns')
  expect(line({ nests: false })).toContain('--disable-userns')
})

test('root is nobody special inside, everybody else is who he is', () => {
  expect(line({ uid: 0 })).toContain('--uid 1000 --gid 1000')
  expect(line({ uid: 1001 })).not.toContain('--uid')
})

test('a rule for a port of this machine becomes a door that the proxy leads on', () => {
  expect(line({ loopbackPorts: [9999, 27_470] })).toContain(
    '27470=/run/tutti/hub.sock 27471=/run/tutti/out.sock 9999=/run/tutti/out.sock>127.0.0.1:9999',
  )
})

test('whatever the command, it arrives as it was, at the end and behind no shell', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 6 }), (argv) => {
      const all = sandboxArgv(aSpec(), argv)
      expect(all.slice(-argv.length)).toEqual(argv)
      // The two scripts are fixed texts; every word of ours and of others is an argument to them.
      const scripts = all.filter((_word, at) => all[at - 1] === '-c').slice(0, 2)
      expect(scripts).toEqual(sandboxArgv(aSpec(), ['x']).filter((_w, at, list) => list[at - 1] === '-c'))
    }),
  )
})

test('a folder holds itself and what is below it, and no neighbour of a similar name', () => {
  expect(['/a', '/a/b', '/ab', '/'].map((path) => isWithin(path, '/a'))).toEqual([true, true, false, false])
  expect(isWithin('/x', '/')).toBe(true)
})
