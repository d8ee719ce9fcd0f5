// Permissions as people choose them: by noun, in the order of the policy table.
import { PERMISSIONS, type Permission } from '@tutti/core'

type Noun<P extends string> = P extends `${infer N}:${string}` ? N : never
export type ScopeNoun = Noun<Permission>

export interface ScopeGroup {
  noun: ScopeNoun
  scopes: Permission[]
}

/** Only what the holder may give: a token never has more rights than who makes it. */
export function scopeGroups(held: readonly Permission[]): ScopeGroup[] {
  const groups: ScopeGroup[] = []
  for (const scope of PERMISSIONS) {
    if (!held.includes(scope)) continue
    const noun = nounOf(scope)
    const group = groups.find((one) => one.noun === noun)
    if (group) group.scopes.push(scope)
    else groups.push({ noun, scopes: [scope] })
  }
  return groups
}

/** What lets a program look and touch nothing. */
export const readingScopes = (held: readonly Permission[]): Permission[] =>
  held.filter((scope) => scope.endsWith(':read'))

// The one cast: every permission is written noun:verb.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const nounOf = (scope: Permission) => scope.split(':', 1)[0] as ScopeNoun
