// Where passkeys work: browsers and the server bind them to a host name, never to an address.

/** Null where they work; otherwise the address to open instead, or null within when only the user can know it. */
export function passkeyObstacle(at: {
  hostname: string
  port: string
  protocol: string
}): { instead: string | null } | null {
  if (/^[a-z][a-z0-9.-]*$/.test(at.hostname)) return null
  const here = at.hostname.startsWith('127.') || at.hostname === '[::1]'
  const port = at.port ? `:${at.port}` : ''
  return { instead: here ? `${at.protocol}//localhost${port}` : null }
}
