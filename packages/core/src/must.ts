// For what cannot be otherwise: a failure here is a bug of ours, never a caller's mistake.

/** Returns the value, or throws an Error that says why it had to be there. */
export function must<T>(value: T | null | undefined, why: string): T {
  if (value === null || value === undefined) throw new Error(`missing: ${why}`)
  return value
}

/** Ends a switch over a union: the compiler refuses it while a case is missing. */
export function never(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`)
}
