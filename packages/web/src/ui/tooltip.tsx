// One tooltip for the whole page: anything with `data-tip` explains itself on hover, focus and long press.
import { useEffect, useRef } from 'react'
import { keyLabel } from '../keys/chord.ts'
import css from './tooltip.module.css'

const HOVER_MS = 350 // long enough not to flicker while the pointer crosses the page
const LONG_PRESS_MS = 500 // what phones use
const GAP = 6

/** Mounted once. Elements carry `data-tip` (text) and, optionally, `data-tip-keys` (a chord). */
export function TooltipLayer() {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const tip = ref.current
    return tip ? listen(tip) : undefined
  }, [])
  return <div ref={ref} popover="manual" role="tooltip" className={css.tip} />
}

function listen(tip: HTMLElement): () => void {
  const end = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let shownFor: Element | null = null

  const hide = () => {
    clearTimeout(timer)
    shownFor = null
    if (tip.matches(':popover-open')) tip.hidePopover()
  }
  const later = (event: Event, ms: number) => {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-tip]') : null
    if (target === shownFor && target) return
    hide()
    if (!target) return
    timer = setTimeout(() => {
      shownFor = target
      show(tip, target)
    }, ms)
  }
  const on = (type: string, act: (event: Event) => void) =>
    document.addEventListener(type, act, { signal: end.signal, capture: true, passive: true })

  on('pointerover', (event) => {
    if (event instanceof PointerEvent && event.pointerType === 'mouse') later(event, HOVER_MS)
  })
  on('touchstart', (event) => later(event, LONG_PRESS_MS))
  on('focusin', (event) => {
    if (event.target instanceof Element && event.target.matches(':focus-visible')) later(event, HOVER_MS)
  })
  for (const type of ['focusout', 'pointerdown', 'keydown', 'scroll', 'touchmove']) on(type, hide)
  return () => {
    end.abort()
    hide()
  }
}

function show(tip: HTMLElement, target: HTMLElement): void {
  if (!target.isConnected) return
  tip.replaceChildren(target.dataset['tip'] ?? '')
  const keys = target.dataset['tipKeys']
  if (keys) {
    const kbd = document.createElement('kbd')
    kbd.textContent = keyLabel(keys)
    tip.append(' ', kbd)
  }
  tip.showPopover()
  place(tip, target.getBoundingClientRect())
}

function place(tip: HTMLElement, at: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = tip
  const below = at.bottom + GAP + height <= innerHeight
  const left = Math.min(Math.max(GAP, at.left + at.width / 2 - width / 2), innerWidth - width - GAP)
  tip.style.left = `${left}px`
  tip.style.top = `${below ? at.bottom + GAP : Math.max(GAP, at.top - GAP - height)}px`
}
