// Where this machine is: the addresses of its network cards, and its name as it may stand in an address.
import { networkInterfaces } from 'node:os'

/** Addresses that others may reach, IPv4 first: it is what a person recognises. */
export function networkCards(): string[] {
  const found = Object.values(networkInterfaces()).flatMap((card) => card ?? [])
  const outer = found.filter(({ internal, address }) => !internal && !address.startsWith('fe80'))
  const own = outer.map(({ family, address }) => (family === 'IPv6' ? `[${address}]` : address))
  return own.sort((a, b) => Number(a.startsWith('[')) - Number(b.startsWith('[')))
}

const LABEL_CHARS = 40

/** `My Laptop.local` -> `my-laptop`. */
export const labelFrom = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\.local$/, '')
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, LABEL_CHARS) || 'machine'
