// Sends a form that lets somebody in, and says what was wrong beside it.
import type { Me } from '@tutti/core'
import { useState } from 'react'
import { faultCode, faultText } from '../data/fault-text.ts'
import { enter } from '../data/session-store.ts'

export interface Problem {
  code: string | null
  text: string
}

export function useEntering() {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  /** `otherwise` is said of a failure that is not the server's, such as a dialog that was closed. */
  const send = async (ask: () => Promise<Me>, otherwise?: string) => {
    setBusy(true)
    setProblem(null)
    try {
      enter(await ask())
    } catch (error) {
      const code = faultCode(error)
      setProblem({ code, text: code === null && otherwise ? otherwise : faultText(error) })
    } finally {
      setBusy(false)
    }
  }
  return { busy, problem, send, refuse: (text: string) => setProblem({ code: null, text }) }
}
