// Addresses of servers behind a Unix socket, `unix:/run/tutti/hub.sock`: how they are written, and taken apart again.

const SCHEME = 'unix:'
// The socket's name ends so; what follows is the path at the server.
const PARTS = /^unix:(\/.*?\.sock)(\/.*)?$/s

export interface UnixAddress {
  socketPath: string
  /** Path and query, from `/` on. */
  path: string
}

/** The address that a URL of the client names; null for every other URL. Its socket has an absolute path that ends in `.sock`. */
export function unixAddress(url: string): UnixAddress | null {
  if (!url.startsWith(SCHEME)) return null
  const [, socketPath, path = '/'] = PARTS.exec(url) ?? []
  return socketPath === undefined ? null : { socketPath, path }
}
