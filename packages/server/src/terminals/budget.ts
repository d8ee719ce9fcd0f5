// How much a caller may do: a burst at once, then a steady rate.
import type { Clock } from '@tutti/core'

export interface Budget {
  /** Takes the amount, or answers false and takes nothing. */
  take(amount: number): boolean
}

export function createBudget(
  clock: Clock,
  { burst, perSecond }: { burst: number; perSecond: number },
): Budget {
  let left = burst
  let at = clock.now()
  return {
    take(amount) {
      const now = clock.now()
      left = Math.min(burst, left + ((now - at) / 1000) * perSecond)
      at = now
      if (amount > left) return false
      left -= amount
      return true
    },
  }
}
