// Which agents are side by side: the address names the one in use, the others stand beside it.
import { navigate } from 'wouter/use-browser-location'
import { create } from 'zustand'

const MOST_PANES = 4

interface PanesState {
  /** Agent ids from left to right; null is a pane where one is still to be chosen. */
  panes: readonly (string | null)[]
  active: number
}

export const usePanes = create<PanesState>()(() => ({ panes: [null], active: 0 }))

/** The address changed: the pane that has the agent gets the focus, otherwise the active one shows it. */
export function showInPanes(id: string): void {
  const { panes, active } = usePanes.getState()
  const at = panes.indexOf(id)
  if (at >= 0) usePanes.setState({ active: at })
  else usePanes.setState({ panes: panes.map((one, index) => (index === active ? id : one)) })
}

export function split(): void {
  const { panes, active } = usePanes.getState()
  if (panes.length >= MOST_PANES) return
  usePanes.setState({
    panes: [...panes.slice(0, active + 1), null, ...panes.slice(active + 1)],
    active: active + 1,
  })
}

export function openBeside(id: string): void {
  const { panes } = usePanes.getState()
  if (panes.length === 1 && panes[0] === null) return navigate(`/agents/${id}`)
  if (!panes.includes(id)) split()
  navigate(`/agents/${id}`)
}

export function closePane(index: number): void {
  const { panes, active } = usePanes.getState()
  if (panes.length <= 1) return navigate('/')
  const left = panes.filter((_, at) => at !== index)
  const next = Math.min(active > index ? active - 1 : active, left.length - 1)
  usePanes.setState({ panes: left, active: next })
  goTo(left[next])
}

export function activatePane(index: number): void {
  const { panes, active } = usePanes.getState()
  if (index === active) return
  usePanes.setState({ active: index })
  goTo(panes[index])
}

export function nextPane(): void {
  const { panes, active } = usePanes.getState()
  activatePane((active + 1) % panes.length)
}

function goTo(id: string | null | undefined): void {
  if (id) navigate(`/agents/${id}`)
}
