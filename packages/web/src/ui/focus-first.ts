// Puts the focus where a form or a dialog begins: on what carries `data-autofocus`.
import { useEffect } from 'react'

/** Says whether there was one. */
export function focusFirst(inside: ParentNode): boolean {
  const first = inside.querySelector<HTMLElement>('[data-autofocus]')
  first?.focus()
  return first !== null
}

/** Once, when the screen is shown. */
export function useFocusFirst(): void {
  useEffect(() => {
    focusFirst(document)
  }, [])
}
