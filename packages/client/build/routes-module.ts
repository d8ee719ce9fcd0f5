// The build-time route table of the web client: method and path of each operation, without the schemas and their library.
//
// In packages/web/vite.config.ts:   import { routesModule } from '../client/build/routes-module.ts'
//                                   plugins: [react(), routesModule()]
// In the web's sources:             import { routes } from 'virtual:tutti-routes'
// For its types, once:              /// <reference path="../../client/build/virtual-routes.d.ts" />
import { routes } from '@tutti/core'

const NAME = 'virtual:tutti-routes'
// A leading NUL keeps other plugins from taking the name for a file (Rollup's convention for virtual modules).
const RESOLVED = `\0${NAME}`

/** A plugin for Vite or Rollup. */
export const routesModule = () => ({
  name: 'tutti-routes',
  resolveId: (id: string) => (id === NAME ? RESOLVED : undefined),
  load: (id: string) => (id === RESOLVED ? `export const routes = ${JSON.stringify(routes())}` : undefined),
})
