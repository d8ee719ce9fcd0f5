// Runs an action that the server may refuse: says why in a toast, and puts back what was shown too early.
import { diskIsFull } from './disk.ts'
import { faultCode, faultText } from './fault-text.ts'
import { toastError } from './toast-store.ts'

/** The answer, or null after a refusal that has been told to the user. */
export async function attempt<T>(act: () => Promise<T>, putBack?: () => void): Promise<T | null> {
  try {
    return await act()
  } catch (error) {
    putBack?.()
    if (faultCode(error) === 'store.full') diskIsFull()
    toastError(faultText(error))
    return null
  }
}
