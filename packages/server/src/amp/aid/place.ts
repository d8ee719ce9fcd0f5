// Where an identity asks: below the server's own address, with the name of the tenant in the path or without.
import { AmpError } from '@tutti/protocol'
import type { Context } from '../../handler.ts'

/** Throws not_found where a path names another tenant than the one of this machine. */
export function refuseOtherTenants(own: string, asked: string | undefined): void {
  if (asked !== undefined && ![own, 'default'].includes(asked.toLowerCase()))
    throw new AmpError('not_found', `This server has the tenant ${own} only.`, 'tenant')
}

/** The base under which the caller asked; it is the issuer of what is given out there. */
export const baseOf = ({ origin }: Pick<Context, 'origin'>, tenant: string | undefined): string =>
  tenant === undefined ? origin : `${origin}/${tenant}`

/**
 * What a proof may name as this server (Q3): its address, that with the tenant, and that with the prefix of the API, each as clients
 * append to it.
 */
export function issuersOf({ origin }: Pick<Context, 'origin'>, tenant: string): string[] {
  const bases = ['', `/${tenant}`, '/default', '/v1', '/api/v1'].map((path) => origin + path)
  return [...bases, `${origin}/`]
}
