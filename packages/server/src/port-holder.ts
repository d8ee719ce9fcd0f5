// Who holds a port, so that a refusal to start can name it.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const LISTENING = '0A'

/** Such as `node (pid 4242)`; null when the system does not say, or not to us. */
export function portHolder(port: number): string | null {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(table, port)))
  if (inodes.size === 0) return null
  for (const pid of readNames('/proc').filter((name) => /^\d+$/.test(name))) {
    const holds = readNames(`/proc/${pid}/fd`).some((fd) => inodes.has(linkOf(`/proc/${pid}/fd/${fd}`)))
    if (holds) return `${readText(`/proc/${pid}/comm`).trim()} (pid ${pid})`
  }
  return null
}

function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return readText(table)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === LISTENING)
    .map((fields) => `socket:[${fields[9] ?? ''}]`)
}

// Processes come and go, and those of others are closed to us: what cannot be read is not the answer.
const readText = (path: string): string => attempt(() => readFileSync(path, 'utf8'), '')
const readNames = (path: string): string[] => attempt(() => readdirSync(path), [])
const linkOf = (path: string): string => attempt(() => readlinkSync(path), '')

function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
