// The mesh, pure: what the daemon of a machine may use of it. Apart from the package's main edge, as browsers need none of it.
export * from './hybrid-clock.ts'
export * from './order-key.ts'
export * from './op-log.ts'
export * from './compaction.ts'
export * from './authoring.ts'
export * from './field-policy.ts'
export * from './dialling.ts'
export * from './link.ts'
