// The headers that every answer carries, so that a browser holds what it gets to the narrowest use.
import { isApiPath } from './site.ts'

// Styles may be inline: the terminal and the dialogs add style elements and attributes while they run. Scripts may not.
const PAGE_CSP = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types tutti',
].join('; ')

// Nothing that the API answers is a page.
const API_CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"

const COMMON = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
} as const

const forPath = (csp: string, more: Record<string, string>): readonly (readonly [string, string])[] =>
  Object.entries({ ...COMMON, 'Content-Security-Policy': csp, ...more })

const PAGE = forPath(PAGE_CSP, {})
const API = forPath(API_CSP, { 'Cache-Control': 'no-store' })

/** Name and value of each header that an answer under this path carries. */
export const securityHeaders = (path: string): readonly (readonly [string, string])[] =>
  isApiPath(path) || path === '/openapi.json' ? API : PAGE

/** Browsers that were once here by TLS stay with it; over plain HTTP the header means nothing. */
export const STRICT_TRANSPORT = ['Strict-Transport-Security', 'max-age=31536000'] as const
