// Copies text on the user's own gesture and says that it did.
import { t } from '../words/words.ts'
import { toast, toastError } from './toast-store.ts'

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toast(t('common.copied'))
  } catch {
    toastError(t('common.copy-failed')) // no permission, or no clipboard outside a secure context
  }
}
