// A swipe over the head of an agent goes to the next or the last one, in the order of the tree.
import { useRef, type TouchEvent } from 'react'
import { useLocation } from 'wouter'
import { useTree } from './use-tree.ts'

const FAR = 60
const STEEP = 0.5 // more down than aside is a scroll

export function useSwipe(id: string) {
  const { rows } = useTree()
  const [, navigate] = useLocation()
  const from = useRef<{ x: number; y: number } | null>(null)
  return {
    onTouchStart: (event: TouchEvent) => {
      const touch = event.touches[0]
      from.current = touch ? { x: touch.clientX, y: touch.clientY } : null
    },
    onTouchEnd: (event: TouchEvent) => {
      const touch = event.changedTouches[0]
      if (!touch || !from.current) return
      const x = touch.clientX - from.current.x
      const y = touch.clientY - from.current.y
      if (Math.abs(x) < FAR || Math.abs(y) > Math.abs(x) * STEEP) return
      const ids: string[] = rows.flatMap((row) => (row.kind === 'agent' ? row.agent.id : []))
      const next = ids[ids.indexOf(id) + (x < 0 ? 1 : -1)]
      if (next) navigate(`/agents/${next}`)
    },
  }
}
