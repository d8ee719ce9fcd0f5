// One line taken out of the wall around a sandboxed agent, and the test that must then fail.
import { http, one, test, type Mutation } from './mutation.ts'

const sandbox = (name: string) => `packages/server/src/sandbox/${name}.ts`
const WALL = test('security-sandbox')

const c21 = (what: string, titles: string, changes: Mutation['changes']): Mutation => ({
  check: `C21 ${what}`,
  changes,
  test: WALL,
  titles: `a sandboxed agent C21 ${titles}`,
})

export const SANDBOX_MUTATIONS: readonly Mutation[] = [
  c21(
    'a sandbox has a network of its own',
    'reaches no port',
    one(sandbox('wrap'), "  '--unshare-net',\n", ''),
  ),
  c21('a sandbox has an IPC namespace', 'its program has', one(sandbox('wrap'), "  '--unshare-ipc',\n", '')),
  c21('a sandbox has names of its own', 'its program has', one(sandbox('wrap'), "  '--unshare-uts',\n", '')),
  c21(
    'a sandbox sees its own processes only',
    'sees no process',
    one(sandbox('wrap'), "    '--proc',\n    '/proc',\n", "    '--ro-bind',\n    '/proc',\n    '/proc',\n"),
  ),
  c21(
    'a sandbox ends with its wall',
    'nothing of a sandbox',
    one(sandbox('wrap'), "  '--die-with-parent',\n", ''),
  ),
  c21(
    'the system is read-only',
    'reads nothing',
    one(sandbox('wrap'), "? ['--ro-bind', path, path]", "? ['--bind', path, path]"),
  ),
  c21(
    'only what is listed of the system is there',
    'reads nothing',
    one(sandbox('surroundings'), 'const SYSTEM = [\n', "const SYSTEM = [\n  '/var',\n"),
  ),
  c21(
    'a sandbox has only its own sockets',
    'reaches no socket',
    one(
      sandbox('wrap'),
      '    spec.socketFolder,\n    INSIDE,\n',
      "    spec.socketFolder,\n    INSIDE,\n    '--bind',\n    dirname(dirname(spec.socketFolder)),\n    dirname(dirname(spec.socketFolder)),\n",
    ).concat(
      one(
        sandbox('wrap'),
        "import { HUB_PORT, PROXY_PORT } from '@tutti/core'\n",
        "import { HUB_PORT, PROXY_PORT } from '@tutti/core'\nimport { dirname } from 'node:path'\n",
      ),
    ),
  ),
  c21(
    "a token of somebody else is refused on an agent's own socket",
    'by its own socket',
    one(
      http('guard'),
      'if (facts.ownSocketOf !== null) return ofOwnSocket(facts, facts.ownSocketOf) ?? raise(wrong(facts))',
      "if (facts.ownSocketOf !== null && shownCredential(facts.headers).kind === 'none') return ofOwnSocket(facts, facts.ownSocketOf) ?? raise(wrong(facts))",
    ),
  ),
  c21(
    'a page in a sandbox cannot rebind its name to the own socket',
    'by its own socket',
    one(
      http('guard'),
      'hostRefusal(facts, facts.ownSocketOf === null ? hosts() : OWN_SOCKET_HOSTS) ??',
      '(facts.ownSocketOf === null ? hostRefusal(facts, hosts()) : null) ??',
    ),
  ),
  c21(
    'the proxy keeps to the list',
    'leaves by the proxy',
    one(sandbox('egress'), "if (answer === 'no') throw", "if (answer === 'no' && end.port === 0) throw"),
  ),
  c21(
    'no rule opens Tutti itself',
    'leaves by the proxy',
    one(
      sandbox('egress'),
      'if (isTrusted && ownPorts().includes(end.port))',
      'if (isTrusted && end.port === 0)',
    ),
  ),
  {
    check: 'C38 a rule without a port opens nothing inside',
    changes: one(
      'packages/server/src/outbound.ts',
      'if (!isTrusted && isIP(host) !== 0 && !isPublic(host))',
      'if (isTrusted && isIP(host) !== 0 && !isPublic(host))',
    ),
    test: 'packages/server/src/sandbox/egress.test.ts',
    titles: 'C38',
  },
  {
    check: "C21 what is its administrator's alone in /etc is masked",
    changes: one(sandbox('surroundings'), '(facts.mode & OPEN_TO_ALL) === 0', 'facts.mode === 0'),
    test: 'packages/server/src/sandbox/surroundings.test.ts',
    titles: 'C21',
  },
  {
    check: "C21 Tutti's own folders are masked wherever they lie",
    changes: one(
      sandbox('wrap'),
      'spec.hidden.filter((path) => seen.some((place) => isWithin(path, place.path)))',
      'spec.hidden.filter((path) => path === folder)',
    ),
    test: 'packages/server/src/sandbox/wrap.test.ts',
    titles: 'C21',
  },
  {
    check: 'C22 the folder of the sockets is closed to others',
    changes: one(sandbox('sockets'), 'await chmod(folder, 0o700)', 'await chmod(folder, 0o755)'),
    test: WALL,
    titles: 'a sandboxed agent C22',
  },
]
