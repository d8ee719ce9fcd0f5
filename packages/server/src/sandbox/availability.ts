// Whether this machine can sandbox a program: found out by doing it once, since a bwrap without namespaces looks the same.
import type { Check } from '@tutti/core'
import { run } from '@tutti/terminals'
import { sandboxArgv } from './wrap.ts'
import { systemPlaces } from './surroundings.ts'

export interface Unavailable {
  problem: string
  advice: string
}

export interface AvailabilityDeps {
  /** The full path of a program; null where there is none. */
  find(program: string): Promise<string | null>
  platform: string
}

export type Availability = { bwrap: string } | Unavailable

const TIMEOUT_MS = 10_000
const INSTALL = 'Install it: apt-get install bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora).'
const ALLOW =
  'Allow user namespaces: sysctl user.max_user_namespaces and, where they are there, kernel.unprivileged_userns_clone=1 and ' +
  'kernel.apparmor_restrict_unprivileged_userns=0. In a container, /proc must be mountable (--security-opt systempaths=unconfined).'

/** Once it worked it is believed; as long as it does not, it is tried anew each time. */
export function createAvailability(deps: AvailabilityDeps): () => Promise<Availability> {
  let known: Availability | null = null
  return async () => {
    if (known !== null && 'bwrap' in known) return known
    known = await tried(deps)
    return known
  }
}

async function tried({ find, platform }: AvailabilityDeps): Promise<Availability> {
  if (platform !== 'linux') {
    return { problem: 'bubblewrap is there for Linux only', advice: 'Run Tutti on Linux for this.' }
  }
  const bwrap = await find('bwrap')
  if (bwrap === null) return { problem: 'bwrap is not installed', advice: INSTALL }
  const spec = { ...TRIAL, bwrap, system: await systemPlaces() }
  const argv = sandboxArgv(spec, ['/bin/sh', '-c', 'echo inside'])
  const [file = '', ...rest] = argv
  try {
    const { code, stdout, stderr } = await run(file, rest, { env: {}, timeoutMs: TIMEOUT_MS })
    if (code === 0 && stdout.toString().includes('inside')) return { bwrap }
    const said = stderr.trim().split('\n').at(-1) ?? ''
    if (said.includes('default-signal'))
      return { problem: said, advice: 'It needs GNU coreutils 8.31 or newer.' }
    return { problem: said || `bwrap ended with ${code}`, advice: ALLOW }
  } catch (error) {
    return { problem: String(error), advice: ALLOW }
  }
}

// Everything that a real one has but an agent: the same namespaces, the same two shells.
const TRIAL = {
  folder: '/tmp',
  home: '/home',
  masked: [],
  places: [],
  repository: [],
  hidden: [],
  own: [],
  socketFolder: '/usr',
  forwarder: ['/bin/true', ''] as const,
  loopbackPorts: [],
  nests: false,
  uid: 1,
}

/** The row of `tutti doctor`; a machine on which nobody asks for a sandbox is sound without one. */
export async function checkSandbox(
  availability: () => Promise<Availability>,
  isWanted: boolean,
): Promise<Check> {
  const found = await availability()
  if ('bwrap' in found)
    return { name: 'sandbox', ok: true, detail: `agents can be sandboxed (${found.bwrap})` }
  const detail = `agents cannot be sandboxed: ${found.problem}`
  return { name: 'sandbox', ok: !isWanted, detail, advice: found.advice }
}
