// The typed client of this page's own origin; the dashboard never speaks to another one.
import { createClient, type Client } from '@tutti/client'
import { routes } from 'virtual:tutti-routes'

export const api: Client = createClient({
  routes,
  baseUrl: '',
  fetch: (url, init) => fetch(url, init),
  // A page of another site cannot set it, so a login in a cookie is worth nothing to that page.
  headers: () => ({ 'X-Tutti': '1' }),
})
