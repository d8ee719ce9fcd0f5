// One form on its way to the server: busy meanwhile, and its refusal kept for the field that it belongs to.
import { useState } from 'react'
import { diskIsFull } from '../data/disk.ts'
import { faultCode, faultText } from '../data/fault-text.ts'

export interface Refusal {
  code: string
  text: string
}

export interface Submit {
  busy: boolean
  refusal: Refusal | null
  /** The sentence of a refusal of one of these codes. */
  because: (...codes: string[]) => string | undefined
  /** The sentence of a refusal of none of these codes: for the foot of the form. */
  otherwise: (...codes: string[]) => string | undefined
  run: <T>(act: () => Promise<T>) => Promise<T | null>
  clear: () => void
}

export function useSubmit(): Submit {
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  return {
    busy,
    refusal,
    because: (...codes) => (refusal && codes.includes(refusal.code) ? refusal.text : undefined),
    otherwise: (...codes) => (refusal && !codes.includes(refusal.code) ? refusal.text : undefined),
    async run(act) {
      setBusy(true)
      setRefusal(null)
      try {
        return await act()
      } catch (error) {
        const code = faultCode(error) ?? 'unknown'
        if (code === 'store.full') diskIsFull()
        setRefusal({ code, text: faultText(error) })
        return null
      } finally {
        setBusy(false)
      }
    },
    clear: () => setRefusal(null),
  }
}
