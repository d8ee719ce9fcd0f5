// Puts the focus where a form or a dialog begins: on what carries `data-autofocus`.
import { useEffect } from 'react'

/** Says whether there was one. */
export function focusFirst(inside: ParentNode): boolean {
  const first = inside.querySelector<HTMLElement>('[data-autofocus]')
  first?.focus()
  return first !== null
}

/** As a `ref`: takes the focus when it appears, such as a field that a button has opened. */
export const focusWhenShown = (element: HTMLElement | null): void => element?.focus()

/** As a `ref` of a form: its beginning takes the focus when the form appears. */
export const focusInside = (element: HTMLElement | null): void => void (element && focusFirst(element))

/** Once, when the screen is shown. */
export function useFocusFirst(): void {
  useEffect(() => {
    focusFirst(document)
  }, [])
}
