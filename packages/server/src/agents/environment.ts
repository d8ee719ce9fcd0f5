// The environment of a session: what a program needs of the machine, what is the agent's own, and nothing of the daemon's.
import type { Agent } from '@tutti/core'

export type Environment = Readonly<Record<string, string>>

// What a login shell would give. Everything else of the daemon's environment stays with the daemon: it may hold secrets.
const INHERITED = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'TMUX_TMPDIR',
  'EDITOR',
  'VISUAL',
  'PAGER',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'SSH_AUTH_SOCK',
  'DBUS_SESSION_BUS_ADDRESS',
  'NVM_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
])
const INHERITED_PREFIXES = ['XDG_', 'LC_']

interface Parts {
  /** The daemon's environment. */
  inherited: Readonly<Record<string, string | undefined>>
  /** The agent's own values, opened. */
  own: Environment
  /** What a status source adds so that the program can report. */
  source: Environment
  /** A folder with Tutti's own command, last in the PATH; null for none. */
  commands: string | null
  url: string
  /** Of this session. */
  token: string
}

/** TERM is left to tmux, which knows what it speaks. Tutti's own names win over all others. */
export function sessionEnvironment(
  agent: Agent,
  { inherited, own, source, commands, url, token }: Parts,
): Environment {
  const path = own['PATH'] ?? inherited['PATH']
  return {
    ...inheritedEnvironment(inherited),
    COLORTERM: 'truecolor',
    ...own,
    ...(commands === null || path === undefined ? {} : { PATH: `${path}:${commands}` }),
    ...source,
    TUTTI_AGENT_ID: agent.id,
    TUTTI_AGENT_NAME: agent.name,
    TUTTI_URL: url,
    TUTTI_TOKEN: token,
  }
}

/** What sessions may have of the daemon's environment. */
export function inheritedEnvironment(daemon: Readonly<Record<string, string | undefined>>): Environment {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(daemon)) {
    if (value !== undefined && isInherited(name)) env[name] = value
  }
  return env
}

const isInherited = (name: string): boolean =>
  INHERITED.has(name) || INHERITED_PREFIXES.some((prefix) => name.startsWith(prefix))
