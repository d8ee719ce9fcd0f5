// The environment of a sandboxed program: names the two ways that lead out of it. What must not be there is unset at the wall itself.
import { HUB_PORT, PROXY_PORT } from '@tutti/core'
import { HUB_SOCKET, INSIDE } from './wrap.ts'

type Environment = Readonly<Record<string, string>>

/** Where programs that know no socket reach Tutti. */
export const HUB_URL = `http://127.0.0.1:${HUB_PORT}`
const PROXY = `http://127.0.0.1:${PROXY_PORT}`
const OWN_NETWORK = 'localhost,127.0.0.1,::1'

export const insideEnvironment = (env: Environment): Environment => ({
  ...env,
  TMPDIR: '/tmp',
  TUTTI_URL: `unix:${INSIDE}/${HUB_SOCKET}`,
  HTTP_PROXY: PROXY,
  HTTPS_PROXY: PROXY,
  http_proxy: PROXY,
  https_proxy: PROXY,
  NO_PROXY: OWN_NETWORK,
  no_proxy: OWN_NETWORK,
  // fetch() of Node looks at none of these without it.
  NODE_USE_ENV_PROXY: '1',
})
