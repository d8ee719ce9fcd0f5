// Where the daemon is reached: its certificate, its port, and the address that it tells others.
import { readFileSync } from 'node:fs'
import { ConfigProblems, type Config } from './config.ts'
import type { Tls } from './http/listener.ts'
import type { HttpServer } from './http/server.ts'
import { portHolder } from './port-holder.ts'

export function readTls({ tlsCert, tlsKey }: Config): Tls | null {
  if (tlsCert === null || tlsKey === null) return null
  const problems: string[] = []
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      problems.push(`The TLS file ${path} cannot be read (${String(error)}).`)
      return ''
    }
  }
  const tls = { cert: read(tlsCert), key: read(tlsKey) }
  if (problems.length > 0) throw new ConfigProblems(problems)
  return tls
}

/** A port in use is never replaced by another: whoever knows the address must find us there. */
export async function listen(http: HttpServer, { host, port }: Config): Promise<number> {
  try {
    return await http.listen(host, port)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'EADDRINUSE') {
      const holder = portHolder(port) ?? 'another program'
      throw new ConfigProblems([
        `Port ${port} is held by ${holder}. Stop that, or choose another port with --port or TUTTI_PORT.`,
      ])
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new ConfigProblems([
        `Tutti may not listen on ${host} port ${port} (${code}). Choose others with --host and --port.`,
      ])
    }
    throw error
  }
}

export function urlOf({ host, names, tlsCert }: Config, port: number): string {
  const scheme = tlsCert === null ? 'http' : 'https'
  const wildcard = host === '0.0.0.0' || host === '::'
  const name = names[0] ?? (host === '127.0.0.1' || wildcard ? 'localhost' : host)
  if (/:\d+$/.test(name) && !name.endsWith(']')) return `${scheme}://${name}`
  return `${scheme}://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`
}
