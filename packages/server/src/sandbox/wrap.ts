// Turns a command into the same command inside a sandbox: pure, so that what a sandbox holds can be read and tested as a list.
import { USER_FOR_ROOT } from '@tutti/agents'
import { HUB_PORT, PROXY_PORT } from '@tutti/core'

/** What stands at a path inside; `hidden` is an empty folder of its own. */
export interface SandboxPlace {
  path: string
  /** What stands there, where it is not the same path outside. */
  from?: string
  access: 'write' | 'read' | 'hidden'
}

/** A path of the system: a link stays one. */
export interface SystemPlace {
  path: string
  /** What the link says; null for a folder. */
  link: string | null
}

export interface SandboxSpec {
  /** The full path of bubblewrap. */
  bwrap: string
  /** The working folder, an absolute real path. */
  folder: string
  home: string
  system: readonly SystemPlace[]
  /** Files and folders of the system that belong to its administrator alone, which a program run by root could read. */
  masked: readonly { path: string; isFolder: boolean }[]
  /** In this order, later ones over earlier ones; the working folder comes after them. */
  places: readonly SandboxPlace[]
  /** Of the repository in the working folder, over it. */
  repository: readonly SandboxPlace[]
  /** What of Tutti itself must stay out of sight, wherever it lies. */
  hidden: readonly string[]
  /** Of this agent, below what is hidden. */
  own: readonly SandboxPlace[]
  /** The folder with its two sockets. */
  socketFolder: string
  /** Node and the program that leads from the sandbox's loopback to the sockets. */
  forwarder: readonly [string, string]
  /** Ports of this machine that a rule opens. */
  loopbackPorts: readonly number[]
  /** Whether the program makes namespaces of its own. */
  nests: boolean
  /** Who runs the daemon. */
  uid: number
}

/** Where the sockets are, inside. */
export const INSIDE = '/run/tutti'
export const HUB_SOCKET = 'hub.sock'
export const PROXY_SOCKET = 'out.sock'

// A person's Ctrl-C, and tmux's hang-up, are for the program: bwrap, which stands beside it in the terminal's foreground group,
// would die of them and take the program along before it could answer. What is ignored here is set right again inside.
const OUTSIDE = 'trap "" HUP INT QUIT; exec "$@"'
// The forwarder is ready within some 50 ms. Nobody waits for it: the CLI and MCP use the hub's socket itself.
// It is the child of the namespace's first process, so that the program has no child that it did not make.
const WITHIN =
  '("$1" "$2" "$3" </dev/null >/dev/null 2>&1 &); shift 3; exec /usr/bin/env --default-signal=HUP,INT,QUIT "$@"'
const NAME = 'tutti-sandbox'

/**
 * Namespaces of its own for users, processes, IPC, names, network and cgroups; no capability; a file system of what is listed and
 * nothing else; ended with its terminal. It stays in the terminal's session, so that job control works: nothing outside
 * the sandbox ever reads from that terminal, so that bytes pushed back into it (TIOCSTI) reach only the program itself.
 */
export function sandboxArgv(spec: SandboxSpec, argv: readonly string[]): string[] {
  const bwrap = [
    spec.bwrap,
    ...NAMESPACES,
    ...(spec.nests ? [] : ['--disable-userns']),
    ...user(spec),
    ...mounts(spec),
  ]
  const within = ['/bin/sh', '-c', WITHIN, NAME, ...spec.forwarder, doors(spec), ...plainProgram(argv)]
  return ['/bin/sh', '-c', OUTSIDE, NAME, ...bwrap, '--chdir', spec.folder, '--', ...within]
}

// A namespace in which root is root again would need a capability that nothing inside has, and Codex makes one for its tools.
const user = ({ uid }: SandboxSpec): string[] =>
  uid === 0 ? ['--uid', String(USER_FOR_ROOT), '--gid', String(USER_FOR_ROOT)] : []

const NAMESPACES = [
  '--unshare-user',
  '--unshare-pid',
  '--unshare-ipc',
  '--unshare-uts',
  '--unshare-net',
  '--unshare-cgroup-try',
  '--die-with-parent',
  '--cap-drop',
  'ALL',
] as const

// What leads to sockets and folders of the person's own session, which are not there: the terminal server, keys, the desktop.
const CLOSED = [
  'TMUX',
  'TMUX_PANE',
  'TMUX_TMPDIR',
  'SSH_AUTH_SOCK',
  'DBUS_SESSION_BUS_ADDRESS',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XDG_RUNTIME_DIR',
]

function mounts(spec: SandboxSpec): string[] {
  const { folder, home, places, own } = spec
  const seen = [...places, { path: folder, access: 'write' as const }]
  // Where a place lies in the working folder, the folder shows it already, and as writable as a person expects.
  const rest = places.filter(({ path, access }) => access !== 'read' || !isWithin(path, folder))
  const hidden = spec.hidden.filter((path) => seen.some((place) => isWithin(path, place.path)))
  return [
    ...spec.system.flatMap(({ path, link }) =>
      link === null ? ['--ro-bind', path, path] : ['--symlink', link, path],
    ),
    ...spec.masked.flatMap(({ path, isFolder }) =>
      isFolder ? ['--tmpfs', path] : ['--ro-bind', '/dev/null', path],
    ),
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    ...['/tmp', '/var/tmp', '/run', home].flatMap((path) => (path === '/' ? [] : ['--tmpfs', path])),
    ...rest.flatMap(mount),
    '--bind',
    folder,
    folder,
    ...spec.repository.flatMap(mount),
    ...hidden.flatMap((path) => ['--tmpfs', path]),
    ...own.flatMap(mount),
    '--ro-bind',
    spec.socketFolder,
    INSIDE,
    ...CLOSED.flatMap((name) => ['--unsetenv', name]),
  ]
}

const MOUNTS = { write: '--bind-try', read: '--ro-bind-try' } as const

const mount = ({ path, from = path, access }: SandboxPlace): string[] =>
  access === 'hidden' ? ['--tmpfs', path] : [MOUNTS[access], from, path]

/** Whether the path is the folder or lies below it. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)

/** What the forwarder listens to: `PORT=SOCKET`, and `PORT=SOCKET>HOST:PORT` for one that the proxy leads on. */
const doors = ({ loopbackPorts }: SandboxSpec): string =>
  [
    `${HUB_PORT}=${INSIDE}/${HUB_SOCKET}`,
    `${PROXY_PORT}=${INSIDE}/${PROXY_SOCKET}`,
    ...loopbackPorts
      .filter((port) => port !== HUB_PORT && port !== PROXY_PORT)
      .map((port) => `${port}=${INSIDE}/${PROXY_SOCKET}>127.0.0.1:${port}`),
  ].join(' ')

// env(1) would take a path with = for a variable.
const plainProgram = (argv: readonly string[]): readonly string[] =>
  argv[0]?.includes('=') ? ['/usr/bin/nice', '-n', '0', ...argv] : argv
