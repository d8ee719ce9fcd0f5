// The typed client of this page's own origin; the dashboard never speaks to another one.
import { createClient, type Client } from '@tutti/client'
import { routes } from 'virtual:tutti-routes'

/** Asks this machine, or has it ask another one of the room; what it may there, that machine decides. */
export const apiAt = (machine: string | null): Client =>
  createClient({
    routes,
    baseUrl: '',
    fetch: (url, init) => fetch(url, init),
    // A page of another site cannot set it, so a login in a cookie is worth nothing to that page.
    headers: () => ({ 'X-Tutti': '1', ...(machine === null ? {} : { 'X-Tutti-Machine': machine }) }),
  })

export const api: Client = apiAt(null)
