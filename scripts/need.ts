// What the machine must have besides Node: gets it with apt where that is ours to do, and otherwise names the command.
import { readFileSync } from 'node:fs'
import { command, onPath, seconds } from './command.ts'

/** `path` of the program, or the sentence that says how to get it. */
export type Need = { ok: true; path: string } | { ok: false; sentence: string }

const TMUX_MAJOR = 3
const TMUX_MINOR = 2
const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** tmux 3.2 or newer. */
export async function needTmux(): Promise<Need> {
  if (!(await hasTmux())) await apt('tmux')
  const path = onPath(['tmux'])
  if (path && (await hasTmux())) return { ok: true, path }
  return { ok: false, sentence: `tmux ${TMUX_MAJOR}.${TMUX_MINOR} or newer is needed. ${advice('tmux')}` }
}

/** A Chromium for the browser tests; CHROMIUM_PATH names another one. */
export async function needChromium(): Promise<Need> {
  const named = process.env.CHROMIUM_PATH
  if (named) return { ok: true, path: named }
  if (!onPath(CHROMIUM)) await apt('chromium')
  const path = onPath(CHROMIUM)
  return path ? { ok: true, path } : { ok: false, sentence: `A Chromium is needed. ${advice('chromium')}` }
}

async function hasTmux(): Promise<boolean> {
  const { code, output } = await command(['tmux', '-V'])
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(output) ?? []
  return (
    code === 0 &&
    (Number(major) > TMUX_MAJOR || (Number(major) === TMUX_MAJOR && Number(minor) >= TMUX_MINOR))
  )
}

const isRoot = () => process.getuid?.() === 0
const hasApt = () => onPath(['apt-get']) !== null && /debian|ubuntu/i.test(osRelease())

function osRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8')
  } catch {
    return '' // not Linux, or a very bare one: then apt is not ours to use
  }
}

/** Installs the package when we are root on Debian or Ubuntu; otherwise does nothing. */
async function apt(name: string): Promise<void> {
  if (!isRoot() || !hasApt()) return
  console.log(`Installing ${name} with apt-get …`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const update = await command(['apt-get', 'update', '-qq'], { env })
  const install = await command(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', name], { env })
  if (install.code === 0) console.log(`Installed ${name} in ${seconds(update.ms + install.ms)}`)
  else
    console.log(`${name} could not be installed:\n${install.output.trim().split('\n').slice(-5).join('\n')}`)
}

function advice(name: string): string {
  if (process.platform === 'darwin') return `Run: brew install ${name}`
  if (hasApt()) return `Run: sudo apt-get install -y ${name}`
  if (onPath(['dnf'])) return `Run: sudo dnf install -y ${name}`
  if (onPath(['pacman'])) return `Run: sudo pacman -S ${name}`
  if (onPath(['apk'])) return `Run: sudo apk add ${name}`
  return `Install ${name} with the package manager of this machine.`
}
