// Who sits before the screen, from the first request to logging out.
import type { Me, Permission } from '@tutti/core'
import { create } from 'zustand'
import { api } from './api.ts'
import { faultCode, faultText } from './fault-text.ts'

export type Phase =
  | { at: 'starting' }
  | { at: 'unreachable'; message: string }
  | { at: 'first-start'; machine: string; code: string | null }
  | { at: 'invited'; machine: string; code: string }
  | { at: 'pairing'; machine: string; code: string }
  | { at: 'login'; machine: string; passkeys: boolean }
  | { at: 'in'; me: Me }

interface SessionState {
  phase: Phase
}

export const useSession = create<SessionState>()(() => ({ phase: { at: 'starting' } }))

/** A code from a one-time link, read before it is taken out of the address bar. */
export type LinkCode = { kind: 'setup' | 'invite' | 'pair'; code: string } | null

/** Finds out whether somebody is logged in, and otherwise which door to show. */
export async function startSession(link: LinkCode): Promise<void> {
  try {
    if (link) return await showDoor(link)
    enter(await api.getMe({}))
  } catch (error) {
    if (faultCode(error) === 'auth.missing' || faultCode(error) === 'auth.invalid') await showDoorSafely(link)
    else unreachable(error)
  }
}

async function showDoorSafely(link: LinkCode): Promise<void> {
  try {
    await showDoor(link)
  } catch (error) {
    unreachable(error)
  }
}

async function showDoor(link: LinkCode): Promise<void> {
  const { owned, machine, passkeys } = await api.getSetup({})
  if (link?.kind === 'invite') setPhase({ at: 'invited', machine, code: link.code })
  else if (link?.kind === 'pair') setPhase({ at: 'pairing', machine, code: link.code })
  else if (!owned) setPhase({ at: 'first-start', machine, code: link?.code ?? null })
  else if (link) await enterOrLogin({ machine, passkeys })
  else setPhase({ at: 'login', machine, passkeys })
}

// A set-up link that was used already: whoever is logged in goes on, everybody else logs in.
async function enterOrLogin(door: { machine: string; passkeys: boolean }): Promise<void> {
  try {
    enter(await api.getMe({}))
  } catch {
    setPhase({ at: 'login', ...door }) // the login screen is the answer to whatever went wrong
  }
}

const unreachable = (error: unknown) => setPhase({ at: 'unreachable', message: faultText(error) })

const setPhase = (phase: Phase) => useSession.setState({ phase })

export const enter = (me: Me): void => setPhase({ at: 'in', me })

/** Ends the login here and on the server; the page starts anew so that nothing of it stays in memory. */
export async function logout(): Promise<void> {
  await api.logout({})
  location.assign('/')
}

export const useMe = (): Me | null => useSession(({ phase }) => (phase.at === 'in' ? phase.me : null))

/** Whether the user may do this; the server decides, this only hides what would be refused. */
export const useMay = (permission: Permission): boolean =>
  useSession(({ phase }) => phase.at === 'in' && phase.me.permissions.includes(permission))

export const mayNow = (permission: Permission): boolean => {
  const { phase } = useSession.getState()
  return phase.at === 'in' && phase.me.permissions.includes(permission)
}
