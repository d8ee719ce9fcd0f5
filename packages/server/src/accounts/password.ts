// Passwords: argon2id, and the same work for a name that does not exist.
import { fault, PASSWORD_MIN } from '@tutti/core'

// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

// The hash of a password that nobody has, at the same cost.
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$4VYQ0dTTVeCTzKGpzqGhnkLZgr2dFZhsxe0MnPJjuCQ'

// Loaded at the first password: most starts meet none.
const argon2 = () => import('@node-rs/argon2')

export async function hashPassword(password: string): Promise<string> {
  const { hash } = await argon2()
  return hash(password, COST)
}

/** Whether the password is the one; without a hash the same time passes and the answer is no. */
export async function isPassword(hash: string | null, password: string): Promise<boolean> {
  const { verify } = await argon2()
  const fits = await verify(hash ?? NOBODY, password)
  return hash !== null && fits
}

/** Throws password.weak. */
export function refuseWeak(password: string, name: string): void {
  const { length } = password
  if (length < PASSWORD_MIN || password.toLowerCase() === name) {
    throw fault('password.weak', { min: PASSWORD_MIN, length })
  }
}
