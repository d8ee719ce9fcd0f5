// What the build makes up.
declare module 'virtual:tutti-routes' {
  import type { Routes } from '@tutti/core'
  export const routes: Routes
}

declare module 'virtual:tutti-conformance' {
  interface ConformanceRow {
    row: string
    says: string
    outcome: 'passed' | 'failed' | 'without'
    why: string
  }
  /** One program of the last run of `npm run conformance` before the build. */
  interface ConformanceReport {
    kit: string
    label: string
    version: string
    at: number
    passed: number
    total: number
    results: readonly ConformanceRow[]
  }
  export const conformance: readonly ConformanceReport[]
}

/** The hashed files of this build; only the service worker knows them. */
declare const __TUTTI_FILES__: readonly string[]
