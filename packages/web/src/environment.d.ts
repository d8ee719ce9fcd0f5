// Modules that the build makes up.
declare module 'virtual:tutti-routes' {
  import type { Routes } from '@tutti/core'
  export const routes: Routes
}
