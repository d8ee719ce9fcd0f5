// The colours of the theme that is shown, read again when it changes.
import { useEffect, useState } from 'react'
import { paletteOf, type Palette } from './colours.ts'

export function usePalette(): Palette | null {
  const [palette, setPalette] = useState<Palette | null>(() => paletteOf(document.documentElement))
  useEffect(() => {
    const root = document.documentElement
    const again = () => setPalette(paletteOf(root))
    const watch = new MutationObserver(again)
    watch.observe(root, { attributeFilter: ['data-theme', 'data-contrast'] })
    const dark = matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', again)
    return () => {
      watch.disconnect()
      dark.removeEventListener('change', again)
    }
  }, [])
  return palette
}
