// Puts the focus where a form or a dialog begins: on what carries `data-autofocus`.
import { useEffect } from 'react'

export function focusFirst(inside: ParentNode): void {
  inside.querySelector<HTMLElement>('[data-autofocus]')?.focus()
}

/** Once, when the screen is shown. */
export function useFocusFirst(): void {
  useEffect(() => focusFirst(document), [])
}
