// The type of the module that routesModule() makes while building.
declare module 'virtual:tutti-routes' {
  import type { Routes } from '@tutti/core'
  export const routes: Routes
}
