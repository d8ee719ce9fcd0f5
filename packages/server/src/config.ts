// The only reader of the environment and of flags: one table says every setting, and every problem is told at once.
import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { z } from 'zod'

export interface Config {
  host: string
  port: number
  /** Host names beyond the loopback ones by which this server is reached, as `allowedHosts` reads them. */
  names: string[]
  tlsCert: string | null
  tlsKey: string | null
  dataFolder: string
  runtimeFolder: string
  logFolder: string
  webFolder: string
  logToStderr: boolean
  restoreAfterReboot: boolean
  /** Where other machines of the room reach this one; nothing listens there before one was invited. */
  peerHost: string
  peerPort: number
  /** Addresses for them, where they are not those of the network cards. */
  peerNames: string[]
}

/** What the process was given; a parameter, so that tests need no process of their own. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>
  argv: readonly string[]
  home: string
  temporary: string
  uid: number
  /** The folder that holds this program. */
  program: string
}

/** The start is refused; each problem is a sentence. */
export class ConfigProblems extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigProblems'
    this.problems = problems
  }
}

interface Row<T> {
  env: string
  flag: string
  default: (from: Surroundings) => string
  schema: z.ZodType<T, string>
  help: string
}

const folder = z
  .string()
  .min(1, 'expected a folder')
  .transform((path) => resolve(path))
const file = z.string().transform((path) => (path === '' ? null : resolve(path)))
const flag = z.enum(['true', 'false'], 'expected true or false').transform((text) => text === 'true')
const HOST = /^[A-Za-z0-9.:_-]+$/
const NAME =
  /^(?:https:\/\/)?(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'expected a number from 0 to 65535')
  .transform(Number)
  .refine((number) => number <= 65_535, 'expected a number from 0 to 65535')

const list = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  )
  .refine(
    (names) => names.every((name) => NAME.test(name)),
    'expected names such as tutti.example.com, comma between',
  )

const TABLE: { [K in keyof Config]: Row<Config[K]> } = {
  host: {
    env: 'TUTTI_HOST',
    flag: '--host',
    default: () => '127.0.0.1',
    schema: z.string().regex(HOST, 'expected an address such as 127.0.0.1'),
    help: 'Address to listen on. Anything but loopback needs TLS and an owner.',
  },
  port: {
    env: 'TUTTI_PORT',
    flag: '--port',
    default: () => '4747',
    schema: port,
    help: 'Port to listen on; 0 takes any free one.',
  },
  names: {
    env: 'TUTTI_NAMES',
    flag: '--names',
    default: () => '',
    schema: list,
    help: 'Host names by which browsers reach this server, comma between; https://NAME behind a proxy that ends TLS.',
  },
  tlsCert: {
    env: 'TUTTI_TLS_CERT',
    flag: '--tls-cert',
    default: () => '',
    schema: file,
    help: 'Certificate file (PEM, with its chain).',
  },
  tlsKey: {
    env: 'TUTTI_TLS_KEY',
    flag: '--tls-key',
    default: () => '',
    schema: file,
    help: 'Private key file of the certificate (PEM).',
  },
  dataFolder: {
    env: 'TUTTI_DATA',
    flag: '--data',
    default: usualData,
    schema: folder,
    help: 'Folder of everything that a backup needs.',
  },
  runtimeFolder: {
    env: 'TUTTI_RUNTIME',
    flag: '--runtime',
    // Short: the path of a tmux socket below it must stay under 104 characters.
    default: (from) => `${runtimeRoot(from)}${markOfData(from)}`,
    schema: folder,
    help: 'Folder of sockets, which do not outlive the machine.',
  },
  logFolder: {
    env: 'TUTTI_LOGS',
    flag: '--logs',
    default: ({ env, home }) => join(env['XDG_STATE_HOME'] ?? join(home, '.local', 'state'), 'tutti'),
    schema: folder,
    help: 'Folder of the log files.',
  },
  webFolder: {
    env: 'TUTTI_WEB',
    flag: '--web',
    default: ({ program }) =>
      program.endsWith('release') ? join(program, 'web') : join(program, 'dist/release/web'),
    schema: folder,
    help: 'Folder of the built dashboard.',
  },
  logToStderr: {
    env: 'TUTTI_LOG_STDERR',
    flag: '--log-stderr',
    default: () => 'false',
    schema: flag,
    help: 'Write the log to stderr as well.',
  },
  restoreAfterReboot: {
    env: 'TUTTI_RESTORE',
    flag: '--restore',
    default: () => 'false',
    schema: flag,
    help: 'Start again, after a reboot of the machine, the agents that ran before it.',
  },
  peerHost: {
    env: 'TUTTI_PEER_HOST',
    flag: '--peer-host',
    default: () => '0.0.0.0',
    schema: z.string().regex(HOST, 'expected an address such as 0.0.0.0'),
    help: 'Address for the machines of the room. Nothing listens there before `tutti invite`.',
  },
  peerPort: {
    env: 'TUTTI_PEER_PORT',
    flag: '--peer-port',
    default: () => '4748',
    schema: port,
    help: 'Port for the machines of the room; 0 takes any free one.',
  },
  peerNames: {
    env: 'TUTTI_PEER_NAMES',
    flag: '--peer-names',
    default: () => '',
    schema: list,
    help: 'Host names by which other machines reach this one, comma between; without it the addresses of its network cards.',
  },
}

function usualData({ env, home }: Surroundings): string {
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'tutti')
}

const runtimeRoot = ({ env, temporary, uid }: Surroundings): string =>
  env['XDG_RUNTIME_DIR'] === undefined
    ? join(temporary, `tutti-${uid}`)
    : join(env['XDG_RUNTIME_DIR'], 'tutti')

/** A second data folder has sessions of its own: two daemons must not take each other's for theirs. */
function markOfData(from: Surroundings): string {
  const data = from.env['TUTTI_DATA']
  if (data === undefined || resolve(data) === resolve(usualData(from))) return ''
  return `-${createHash('sha256').update(resolve(data)).digest('hex').slice(0, 8)}`
}

/** Environment, then flags over it. Throws ConfigProblems with all of them. */
export function readConfig(from: Surroundings): Config {
  const { values, problems } = flagValues(from.argv)
  const read = <K extends keyof Config>(name: K): Config[K] => {
    const row = TABLE[name]
    const given = values.get(row.flag) ?? from.env[row.env] ?? row.default(from)
    const result = row.schema.safeParse(given)
    if (result.success) return result.data
    const why = result.error.issues.map((issue) => issue.message).join(', ')
    problems.push(`${row.env} (${row.flag}): ${why}; got ${JSON.stringify(given)}.`)
    // Never used: the problem just noted ends the start.
    return row.schema.parse(row.default(from))
  }
  const config: Config = {
    host: read('host'),
    port: read('port'),
    names: read('names'),
    tlsCert: read('tlsCert'),
    tlsKey: read('tlsKey'),
    dataFolder: read('dataFolder'),
    runtimeFolder: read('runtimeFolder'),
    logFolder: read('logFolder'),
    webFolder: read('webFolder'),
    logToStderr: read('logToStderr'),
    restoreAfterReboot: read('restoreAfterReboot'),
    peerHost: read('peerHost'),
    peerPort: read('peerPort'),
    peerNames: read('peerNames'),
  }
  if ((config.tlsCert === null) !== (config.tlsKey === null)) {
    problems.push('TUTTI_TLS_CERT and TUTTI_TLS_KEY belong together: give both, or neither.')
  }
  if (problems.length > 0) throw new ConfigProblems(problems)
  return config
}

/** One line for each setting: flag, environment, default and what it is for. */
export const configHelp = (from: Surroundings): string[] =>
  Object.values(TABLE).map((row) => `${row.flag}, ${row.env} (${row.default(from)}): ${row.help}`)

function flagValues(argv: readonly string[]): { values: Map<string, string>; problems: string[] } {
  const known = new Set(Object.values(TABLE).map((row) => row.flag))
  const values = new Map<string, string>()
  const problems: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const [flag = '', inline] = (argv[i] ?? '').split(/=(.*)/s, 2)
    const value = inline ?? argv[++i]
    if (!known.has(flag)) problems.push(`${flag}: there is no such flag.`)
    else if (value === undefined) problems.push(`${flag}: expected a value after it.`)
    else values.set(flag, value)
  }
  return { values, problems }
}
