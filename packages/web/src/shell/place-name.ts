// What the address shows, in words: for the title of the page.
import { useLocation } from 'wouter'
import { useAgent } from '../data/agents-store.ts'
import { t } from '../words/words.ts'
import { AGENTS, MAIL, NEEDS, OTHERS, WALL, isAt } from './places.tsx'

/** The name of the agent or of the screen; empty where there is none. */
export function usePlaceName(): string {
  const [address] = useLocation()
  const agent = useAgent(/^\/agents\/([^/]+)/.exec(address)?.[1] ?? '')
  if (agent) return agent.name
  if (address === '/new') return t('new.title')
  const place = [NEEDS, AGENTS, WALL, MAIL, ...OTHERS].find((one) => isAt(one, address))
  return place ? t(place.label) : ''
}
