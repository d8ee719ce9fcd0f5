// What the build makes up.
declare module 'virtual:tutti-routes' {
  import type { Routes } from '@tutti/core'
  export const routes: Routes
}

/** The hashed files of this build; only the service worker knows them. */
declare const __TUTTI_FILES__: readonly string[]
