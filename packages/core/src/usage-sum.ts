// What was used, added up.
import type { UsageTotal } from './usage.ts'

export type UsageSum = Pick<UsageTotal, 'calls' | 'tokens' | 'costMicros' | 'unpriced'>

/** The first with what the second has used as well. */
export const withUsage = <S extends UsageSum>(sum: S, more: UsageSum): S => ({
  ...sum,
  calls: sum.calls + more.calls,
  tokens: {
    input: sum.tokens.input + more.tokens.input,
    output: sum.tokens.output + more.tokens.output,
    cacheRead: sum.tokens.cacheRead + more.tokens.cacheRead,
    cacheWrite: sum.tokens.cacheWrite + more.tokens.cacheWrite,
  },
  costMicros: sum.costMicros + more.costMicros,
  unpriced: sum.unpriced + more.unpriced,
})
